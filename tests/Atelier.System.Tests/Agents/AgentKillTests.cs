using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.System.Tests.Agents;

/// <summary>Real processes, killed at each stage of a turn; afterwards what is stored is held against what the program wrote down itself.</summary>
public sealed class AgentKillTests
{
    private const int Chunks = 40;

    [Theory]
    [Trait("rule", "AG1")]
    [InlineData("server")]
    [InlineData("daemon")]
    [InlineData("server and daemon")]
    [InlineData("postgres")]
    public async Task Nothing_of_a_turn_is_lost_or_doubled_whatever_is_killed_in_the_middle(string killed)
    {
        await using var system = await SystemUnderTest.StartAsync();
        var script = new AgentScript().Resumes()
            .OnPrompt("^first", steps => steps.Gate("early").Say(Text(1), Chunks).Gate("middle").Say(Text(2), Chunks).AskPermission("call-1", "Run it").Gate("late").Say(Text(3), Chunks))
            .OnPrompt("^second", steps => steps.Say(Text(4), Chunks));
        var (agent, first) = await AgentUnderTest.CreateAsync(system, script, "first");
        using var made = agent;

        await agent.Program.WaitAtGateAsync("early");
        await KillAsync(system, killed);
        agent.Program.OpenGate("early");
        await agent.Program.WaitAtGateAsync("middle");
        var second = await agent.SendAsync("second");
        await KillAsync(system, killed);
        agent.Program.OpenGate("middle");
        await agent.Program.WaitForAsync(entry => entry is { What: "sent", Method: "session/request_permission" }, "the question");
        await KillAsync(system, killed);
        await Patience.For(agent.AllowAsync(), "the question to be answered");
        await agent.Program.WaitAtGateAsync("late");
        await KillAsync(system, killed);
        agent.Program.OpenGate("late");
        var ended = await Patience.For(agent.OverAsync(first), "the first turn to end");
        var endedNext = await Patience.For(agent.OverAsync(second), "the second turn to end");

        Assert.Equal(("done", "done"), (ended.State, endedNext.State));
        Assert.Equal(["first", "second"], agent.Program.Prompts);
        Assert.Empty(agent.Program.Violations);
        Assert.Single(agent.Program.Answers(), answer => answer.Answer["result"]?["outcome"]?["outcome"] is not null);
        var events = await agent.EventsAsync();
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(one => one.Seq));
        Assert.Equal(agent.Program.SaidText, TextOf(events, first.Id) + TextOf(events, second.Id));
        Assert.EndsWith(Text(3), TextOf(events, first.Id), StringComparison.Ordinal);
        Assert.Equal(Text(4), TextOf(events, second.Id));
    }

    [Theory]
    [Trait("rule", "AG1")]
    [InlineData("keeper")]
    [InlineData("program")]
    public async Task A_program_that_is_killed_in_a_turn_is_started_again_by_trying_the_turn_again_and_goes_on_with_the_conversation(string killed)
    {
        await using var system = await SystemUnderTest.StartAsync();
        var script = new AgentScript().Resumes()
            .OnPrompt("^first", steps => steps.Say(Text(1), Chunks).Gate("late").Say(Text(2), Chunks));
        var (agent, first) = await AgentUnderTest.CreateAsync(system, script, "first");
        using var made = agent;
        await agent.Program.WaitAtGateAsync("late");

        var keeper = system.KeeperOf(await agent.WorkerIdAsync());
        SystemUnderTest.Kill(killed == "keeper" ? keeper.KeeperPid : keeper.ChildPid);
        var failed = await Patience.For(agent.OverAsync(first), "the turn to fail");
        agent.Program.OpenGate("late");
        await agent.RetryAsync(failed);
        await agent.Program.WaitForAsync(entry => entry is { What: "received", Method: "session/resume" }, "the conversation to go on");
        await Patience.For(WaitForDoneAsync(agent, first.Id), "the turn to be done");

        Assert.Equal("failed", failed.State);
        Assert.Contains("ended in the middle", failed.Problem, StringComparison.Ordinal);
        Assert.Equal(["first", "first"], agent.Program.Prompts);
        Assert.Empty(agent.Program.Violations);
        Assert.Equal(Text(1) + Text(1) + Text(2), agent.Program.SaidText);
        Assert.Equal(agent.Program.SaidText, TextOf(await agent.EventsAsync(), first.Id));
    }

    private static string Text(int number) => string.Concat(Enumerable.Range(0, 400).Select(word => $"{number}.{word} "));

    private static string TextOf(IReadOnlyList<Client.Agents.AgentEvent> events, string turn) => string.Concat(events
        .Where(one => one.TurnId == turn && one.Kind == "agent-message")
        .Select(one => one.Payload.GetProperty("content").GetProperty("text").GetString()));

    private static async Task WaitForDoneAsync(AgentUnderTest agent, string turn)
    {
        while (!(await agent.EventsAsync()).Any(one =>
            one.TurnId == turn && one.Kind == "turn-changed" && one.Payload.GetProperty("turn").GetProperty("state").ValueEquals("done")))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static async Task KillAsync(SystemUnderTest system, string what)
    {
        var daemon = what.Contains("daemon", StringComparison.Ordinal) ? system.DaemonPid : 0;
        if (daemon != 0)
        {
            system.KillDaemon();
        }

        if (what.Contains("server", StringComparison.Ordinal))
        {
            await system.KillServerAsync();
            await system.StartServerAsync();
        }

        if (what == "postgres")
        {
            await system.KillPostgresAsync();
        }

        if (daemon != 0)
        {
            await system.DaemonOtherThan(daemon);
        }

        await system.Ready();
    }
}
