using System.Globalization;
using Atelier.HostDaemon.AgentAdapters;
using Atelier.HostDaemon.Tests.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;

namespace Atelier.HostDaemon.Tests.AgentAdapters;

/// <summary>Real daemons and keepers: what a program says arrives once, in order, whatever breaks.</summary>
public sealed class AgentFollowTests
{
    [Fact]
    [Trait("rule", "AL1")]
    [Trait("rule", "AL2")]
    public async Task A_program_is_heard_from_the_offset_where_it_is_followed_and_not_before()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"));
        link.StoreBatch = _ => throw new InvalidOperationException("Nobody follows.");
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(1, 3000)}; sleep 600"));
        await machine.OutputHas(machine.Id("1"), "[3000]");

        await agent.FollowAsync(link);
        await agent.Until(() => agent.Counted.LastOrDefault() == 3000, "the last number");

        Assert.Equal(Enumerable.Range(1, 3000), agent.Counted);
        Assert.All(agent.Batches, batch => Assert.InRange(batch.Notices.Count, 1, GatheredBatch.MaxNotices));
        Assert.Equal(agent.Batches.Select(batch => batch.ToOffset).SkipLast(1), agent.Batches.Select(batch => batch.FromOffset).Skip(1));

        var half = agent.Batches[agent.Batches.Count / 2];
        var again = new TaskCompletionSource<AgentBatch>();
        link.StoreBatch = batch =>
        {
            again.TrySetResult(batch);
            return Task.FromResult(new AgentCursor(batch.ToOffset));
        };
        await link.AskAsync(
            HostMethods.FollowAgent,
            new FollowAgentRequest(machine.Id("1"), AgentDialect.Acp, half.FromOffset),
            HostJson.Default.FollowAgentRequest,
            HostJson.Default.Done);
        Assert.Equal(half.FromOffset, (await Patience.For(again.Task, "a batch again")).FromOffset);
    }

    [Fact]
    [Trait("rule", "AL1")]
    public async Task A_program_that_is_not_there_or_has_a_terminal_is_not_followed()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("terminal"), "sleep 600"));

        Assert.Equal("not-found", await WorkerTests.ReasonAsync(new StoredAgent(machine.Id("none")).FollowAsync(link)));
        Assert.Equal("invalid", await WorkerTests.ReasonAsync(new StoredAgent(machine.Id("terminal")).FollowAsync(link)));
    }

    [Fact]
    [Trait("rule", "AL3")]
    [Trait("kind", "random")]
    public async Task Daemons_that_are_killed_and_servers_that_fail_leave_no_gap_and_no_double()
    {
        const int seed = 4711;
        var random = new Random(seed);
        await using var machine = await TestMachine.StartAsync();
        var daemon = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"))
        {
            BeforeStoring = _ => FailAt(4),
            BeforeAnswering = _ => FailAt(4),
        };
        var part = StoredAgent.Count(1, 20_000);
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{part}; exit 3"));
        for (var round = 1; round <= 5; round++)
        {
            await agent.FollowAsync(link);
            var until = agent.Notices.Count + random.Next(1, 3000);
            await agent.Until(() => agent.Notices.Count >= until || agent.Ends.Any(), "some notices");
            daemon.Kill();
            daemon = machine.StartDaemon();
            link = await machine.Server.LinkAsync();
        }

        await agent.FollowAsync(link);
        await agent.UntilEnded(1);

        Assert.Equal(Enumerable.Range(1, 20_000), agent.Counted);
        Assert.Equal(3, agent.Ends.Single().Notice.ExitCode);

        Task FailAt(int oneIn)
        {
            lock (random)
            {
                return random.Next(oneIn) == 0 ? Task.FromException(new JsonRpcException("io", "Not now.")) : Task.CompletedTask;
            }
        }
    }

    [Fact]
    [Trait("rule", "AL3")]
    public async Task A_daemon_goes_on_from_the_servers_cursor_wherever_it_is()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"));
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(1, 2000)}; exit 0"));
        await agent.FollowAsync(link);
        await agent.UntilEnded(1);

        // A server that knows all of it, and is told from the beginning.
        var before = agent.Batches.Count;
        await link.AskAsync(
            HostMethods.FollowAgent,
            new FollowAgentRequest(machine.Id("1"), AgentDialect.Acp, Offset: 0),
            HostJson.Default.FollowAgentRequest,
            HostJson.Default.Done);
        await agent.Until(() => agent.Batches.Skip(before).Any(batch => batch.FromOffset == agent.Cursor), "a batch from the cursor on");

        Assert.Equal(Enumerable.Range(1, 2000), agent.Counted);
        Assert.Single(agent.Ends);
    }

    [Fact]
    [Trait("rule", "AL5")]
    public async Task A_batch_that_is_refused_comes_again_as_it_was()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"));
        agent.BeforeStoring = _ => agent.Batches.Count < 4 ? throw new JsonRpcException("io", "The disk is full.") : Task.CompletedTask;
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(1, 10)}; sleep 600"));

        await agent.FollowAsync(link);
        await agent.Until(() => agent.Counted.Any(), "a stored batch");

        Assert.All(agent.Batches.Take(4), batch => Assert.Equal((0, agent.Batches[0].ToOffset), (batch.FromOffset, batch.ToOffset)));
    }

    [Fact]
    [Trait("rule", "AL1")]
    [Trait("rule", "AL5")]
    public async Task A_batch_that_was_never_answered_comes_on_the_next_link_once_it_is_followed_there()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var forgotten = new StoredAgent(machine.Id("1")) { BeforeStoring = _ => new TaskCompletionSource().Task };
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(1, 10)}; sleep 600"));
        await forgotten.FollowAsync(link);
        await forgotten.Until(() => forgotten.Batches.Count == 1, "the batch");

        await link.DropAsync();
        link = await machine.Server.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"));
        await agent.FollowAsync(link);
        await agent.Until(() => agent.Counted.Count() == 10, "all numbers");

        Assert.Single(forgotten.Batches);
        Assert.Equal(Enumerable.Range(1, 10), agent.Counted);
    }

    [Theory]
    [Trait("rule", "AL5")]
    [InlineData(0, 100)]
    [InlineData(1, 200)]
    [InlineData(2, 500)]
    [InlineData(3, 1000)]
    [InlineData(300, 1000)]
    public void Pauses_grow_to_a_second(int attempt, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), AgentFollow.PauseBefore(attempt));

    [Fact]
    [Trait("rule", "AL6")]
    public async Task Text_that_comes_while_a_batch_is_on_its_way_is_one_notice()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var isPrinted = new TaskCompletionSource();
        var agent = new StoredAgent(machine.Id("1")) { BeforeStoring = _ => isPrinted.Task };
        const string Words = """seq -f '{"method":"session/update","params":{"sessionId":"s","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"%.0f "}}}}' 1 3000""";
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(1, 1)}; read go; {Words}; echo; echo THE END; sleep 600"));
        await agent.FollowAsync(link);
        await agent.Until(() => agent.Batches.Count == 1, "the first batch");
        await link.SayAsync(machine.Id("1"), 1, AgentPrograms.Mode("go"));
        await machine.OutputHas(machine.Id("1"), "THE END");

        isPrinted.SetResult();
        await agent.Until(() => agent.Said("noise").Any(), "the end");

        var texts = agent.Said("agent-message").Select(said => said.Payload.GetProperty("content").GetProperty("text").GetString()).ToList();
        Assert.Equal(string.Concat(Enumerable.Range(1, 3000).Select(number => $"{number} ")), string.Concat(texts));
        Assert.InRange(texts.Count, 1, 10);
    }

    [Fact]
    [Trait("rule", "AL4")]
    [Trait("rule", "AL2")]
    public async Task A_flood_that_nobody_stores_holds_the_program_back_and_costs_the_daemon_nothing()
    {
        const int updates = 100_000;
        await using var machine = await TestMachine.StartAsync();
        var daemon = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        var canStore = new TaskCompletionSource();
        var agent = new StoredAgent(machine.Id("1")) { BeforeStoring = _ => canStore.Task };
        var padding = new string('x', 1000);
        var flood = StoredAgent.Count(1, updates).Replace("[%.0f]", $"[%.0f,\"{padding}\"]", StringComparison.Ordinal);
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{flood}; sleep 600"));

        await agent.FollowAsync(link);
        await agent.Until(() => agent.Batches.Count == 1, "the first batch");
        await link.ReportAsync(machine.Id("1"), report => report.Held == HoldReason.Unread, "the program to be held back");
        var held = Memory(daemon.Pid);

        Assert.Single(agent.Batches);
        Assert.InRange(held, 0, 150 << 20);
        canStore.SetResult();
        await agent.Until(() => agent.Counted.LastOrDefault() == updates, "the last update");
        Assert.Equal(Enumerable.Range(1, updates), agent.Counted);
        Assert.InRange(Memory(daemon.Pid), 0, 250 << 20);

        static long Memory(int pid) => Environment.SystemPageSize * long.Parse(
            File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], CultureInfo.InvariantCulture);
    }

    [Fact]
    [Trait("rule", "AL11")]
    public async Task A_line_without_end_is_passed_over_and_what_follows_is_heard()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"));
        await link.StartAsync(machine.Pipes(
            machine.Id("1"), $"head -c 100000000 /dev/zero | tr '\\0' x; echo; {StoredAgent.Count(7, 7)}; sleep 600"));

        await agent.FollowAsync(link);
        await agent.Until(() => agent.Counted.Any(), "the message after it");

        Assert.Contains("longer than 16 MiB", Assert.Single(agent.Said("noise")).Payload.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "AL1")]
    public async Task A_program_that_is_followed_no_more_is_not_heard()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var agent = new StoredAgent(machine.Id("1"));
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"{StoredAgent.Count(1, 1)}; read go; {StoredAgent.Count(2, 2)}; sleep 600"));
        await agent.FollowAsync(link);
        await agent.Until(() => agent.Counted.Any(), "the first number");

        await link.AskAsync(
            HostMethods.UnfollowAgent, new WorkerRequest(machine.Id("1")), HostJson.Default.WorkerRequest, HostJson.Default.Done);
        await link.SayAsync(machine.Id("1"), 1, AgentPrograms.Mode("go"));
        await machine.OutputHas(machine.Id("1"), "[2]");

        Assert.Equal([1], agent.Counted);
    }
}
