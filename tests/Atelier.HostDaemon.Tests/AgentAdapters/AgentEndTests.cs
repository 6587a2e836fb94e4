using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.Tests.AgentAdapters;

/// <summary>How the ends of processes are told, and what comes after them.</summary>
public sealed class AgentEndTests
{
    [Fact]
    [Trait("rule", "AL9")]
    [Trait("rule", "AL12")]
    public async Task An_end_is_told_after_everything_with_the_last_words_and_without_an_unfinished_line()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"));
        await link.StartAsync(machine.Pipes(
            machine.Id("1"), $"{StoredAgent.Count(1, 700)}; printf unfinished; head -c 9000 /dev/zero | tr '\\0' e >&2; printf 'no key' >&2; exit 3"));
        await agent.FollowAsync(link);
        await agent.UntilEnded(1);

        Assert.Equal(Enumerable.Range(1, 700), agent.Counted);
        Assert.Empty(agent.Said("noise"));
        Assert.IsType<AgentNotice.Ended>(agent.Notices[^1].Notice);
        Assert.Equal(
            (1, new AgentNotice.Ended(3, null, new string('e', (4 << 10) - 6) + "no key")), agent.Ends.Single());

        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(701, 800)}; kill -9 $$", epoch: 2));
        await agent.UntilEnded(2);

        Assert.Equal(Enumerable.Range(1, 800), agent.Counted);
        Assert.Equal((2, new AgentNotice.Ended(null, "KILL", null)), agent.Ends.Last());
        Assert.All(agent.Notices.Where(each => each.Notice is AgentNotice.Said), each =>
            Assert.Equal(agent.Notices.IndexOf(each) <= 700 ? 1 : 2, each.Epoch));
    }

    [Fact]
    [Trait("rule", "AL9")]
    public async Task A_process_whose_keeper_was_killed_has_ended_where_its_log_does()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"));
        var started = await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(1, 5)}; sleep 600"));
        await agent.FollowAsync(link);
        await agent.Until(() => agent.Counted.Count() == 5, "five numbers");

        Processes.Kill(started.KeeperPid ?? 0);
        await agent.UntilEnded(1);
        Assert.Equal((1, new AgentNotice.Ended(null, null, null)), agent.Ends.Single());

        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(6, 9)}; exit 0", epoch: 2));
        await agent.UntilEnded(2);
        Assert.Equal(Enumerable.Range(1, 9), agent.Counted);
        Assert.Equal([(1, null), (2, 0)], agent.Ends.Select(end => (end.Epoch, end.Notice.ExitCode)));
    }

    [Fact]
    [Trait("rule", "AL9")]
    public async Task Ends_that_nobody_followed_are_told_in_their_order_also_those_that_nobody_wrote_down()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var lost = await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(1, 2)}; sleep 600"));
        await machine.OutputHas(machine.Id("1"), "[2]");
        Processes.Kill(lost.KeeperPid ?? 0);
        await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Lost, "the loss");
        await link.StartAsync(machine.Pipes(machine.Id("1"), "exit 4", epoch: 2));
        await link.ReportAsync(machine.Id("1"), report => report.ExitCode == 4, "the exit of 2");
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(3, 4)}; exit 5", epoch: 3));
        await link.ReportAsync(machine.Id("1"), report => report.ExitCode == 5, "the exit of 3");

        var agent = new StoredAgent(machine.Id("1"));
        await agent.FollowAsync(link);
        await agent.UntilEnded(3);

        Assert.Equal(
            ["1 plan", "1 plan", "1 end", "2 end 4", "3 plan", "3 plan", "3 end 5"],
            agent.Notices.Select(each => each.Notice is AgentNotice.Ended end
                ? $"{each.Epoch} end {end.ExitCode}".TrimEnd()
                : $"{each.Epoch} plan"));
    }

    [Fact]
    [Trait("rule", "AL9")]
    public async Task A_log_that_is_shorter_than_what_is_stored_is_told_and_gone_on_with()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"));
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(1, 2)}; read go; {StoredAgent.Count(3, 3)}; sleep 600"));
        await machine.OutputHas(machine.Id("1"), "[2]");
        var end = machine.Output(machine.Id("1")).Length;

        link.StoreBatch = batch => Task.FromResult(new AgentCursor(batch.ToOffset));
        var batches = new List<AgentBatch>();
        var told = new TaskCompletionSource();
        var heard = new TaskCompletionSource();
        link.StoreBatch = batch =>
        {
            batches.Add(batch);
            told.TrySetResult();
            if (batch.Notices.OfType<AgentNotice.Said>().Any(said => said.Event == "plan"))
            {
                heard.TrySetResult();
            }

            return Task.FromResult(new AgentCursor(batch.ToOffset));
        };
        await link.AskAsync(
            HostMethods.FollowAgent,
            new FollowAgentRequest(machine.Id("1"), AgentDialect.Acp, end + 1000),
            HostJson.Default.FollowAgentRequest,
            HostJson.Default.Done);
        await TestKit.Patience.For(told.Task, "what is missing");
        await link.SayAsync(machine.Id("1"), 1, AgentPrograms.Mode("go"));
        await TestKit.Patience.For(heard.Task, "what was said after it");

        Assert.Equal((end + 1000, end), (batches[0].FromOffset, batches[0].ToOffset));
        Assert.Equal("noise", Assert.IsType<AgentNotice.Said>(Assert.Single(batches[0].Notices)).Event);
        Assert.Equal(end, batches[1].FromOffset);
    }
}
