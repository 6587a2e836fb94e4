using System.Text;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.ZedSync;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Agents.ZedSync;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>The rules of events and of resuming, as values.</summary>
public sealed class ZedTakingTests
{
    private static readonly ZedState s_fresh = new() { ConnectedAt = SampleAgent.Start };

    [Fact]
    [Trait("rule", "ZS5")]
    public void A_late_completion_does_not_change_how_a_turn_ended()
    {
        var (agent, state) = Take(Sent(), s_fresh, Added("1", "Hello"), """{"event_type":"turn_cancelled","data":{"request_id":"a.1","status":"cancelled"}}""");
        (agent, state) = Take(agent, state, """{"event_type":"message_completed","data":{"acp_thread_id":"T","request_id":"a.1","usage":null}}""");
        (agent, _) = Take(agent, state, """{"event_type":"chat_response_error","data":{"request_id":"a.1","error":"late"}}""");

        Assert.Equal(TurnState.Cancelled, agent.TurnOf("a").State);
    }

    [Fact]
    [Trait("rule", "ZS4")]
    public void Events_of_a_turn_that_is_over_are_told_to_it_and_not_to_the_next()
    {
        var (agent, state) = Take(Sent("a", "b"), s_fresh, Added("1", "Hello"), """{"event_type":"message_completed","data":{"acp_thread_id":"T","request_id":"a.1"}}""");
        agent = agent.Steps(1);
        var change = agent.Changing();
        var taking = new ZedTaking(change, state, Ids());
        taking.Take(Event(Added("1", "Hello again")));

        Assert.Equal(("a", "b"), (change.Events[^1].TurnId?.Value, change.Agent.InFlight(SampleAgent.Main)?.Id.Value));
        Assert.Equal(TurnState.Sent, change.Agent.TurnOf("b").State);
    }

    [Fact]
    [Trait("rule", "ZS11")]
    public void A_cancel_that_a_Zed_without_reports_knows_nothing_of_is_told_again_when_the_turn_begins()
    {
        var agent = Sent().After(change => TurnQueue.Cancel(change, new TurnId("a"))).Steps(1);
        var (waiting, state) = Take(agent, s_fresh, """{"event_type":"turn_cancelled","data":{"request_id":"a.1","status":"noop"}}""");
        var (running, _) = Take(waiting, state, Added("1", "Hello"));
        var (reported, _) = Take(agent, s_fresh with { TellsActive = true }, """{"event_type":"turn_cancelled","data":{"request_id":"a.1","status":"noop"}}""");

        Assert.Equal((TurnState.Sent, true), (waiting.TurnOf("a").State, waiting.TurnOf("a").IsCancelSent));
        Assert.Equal(new AgentStep.Cancel(new TurnId("a")), AgentPlan.Next(running));
        Assert.Equal(TurnState.Cancelled, reported.TurnOf("a").State);
    }

    [Fact]
    [Trait("rule", "ZS9")]
    public void What_was_never_sent_is_sent_and_what_was_is_asked_about()
    {
        var agent = Sent();
        var prompt = new NumberedCommand(1, agent.TurnOf("a").Sequence ?? 0, new AgentCommand.Prompt("", System.Text.Json.JsonElement.Parse("[]"), new Dictionary<string, string>()));
        var never = agent.Changing();
        var neverState = ZedResume.Connected(never, s_fresh, [prompt]);
        var once = agent.Changing();
        var onceState = ZedResume.Connected(once, s_fresh, []);

        Assert.Equal((TurnState.Queued, 1), (never.Agent.TurnOf("a").State, never.Agent.TurnOf("a").Attempt));
        Assert.Empty(neverState.Undecided);
        Assert.Equal(TurnState.Sent, once.Agent.TurnOf("a").State);
        Assert.Equal(["a.1"], onceState.Undecided);
    }

    [Theory]
    [InlineData("""[{"request_id":"a.1","acp_thread_id":"T","state":"running"}]""", TurnState.Sent, 0)]
    [InlineData("[]", TurnState.Queued, 0)]
    [InlineData("null", TurnState.Sent, 1)]
    [Trait("rule", "ZS9")]
    internal void The_table_says_what_becomes_of_a_request_that_was_sent(string active, TurnState expected, int assumed)
    {
        var change = Sent().Changing();
        var state = ZedResume.Connected(change, s_fresh, []);
        state = ZedResume.Ready(change, state, Event($$"""{"event_type":"agent_ready","data":{"agent_name":"claude","thread_id":"T","active_turns":{{active}} } }""").Data);

        Assert.Equal((expected, 1, assumed), (change.Agent.TurnOf("a").State, change.Agent.TurnOf("a").Attempt, state.Assumed.Count));
        Assert.Empty(state.Undecided);
    }

    [Theory]
    [InlineData("""{"event_type":"agent_ready","data":{"thread_id":null,"active_turns":[{"request_id":"a.1","acp_thread_id":"T","state":"running"}]} }""", 0)]
    [InlineData("""{"event_type":"message_added","data":{"acp_thread_id":"T","message_id":"1","role":"assistant","content":"Hello","request_id":"a.1"} }""", 1)]
    [Trait("rule", "ZS9")]
    public void A_thread_whose_beginning_was_lost_is_known_by_what_is_said_of_it_later(string later, int openEpoch)
    {
        var (agent, _) = Take(Opened().Steps(1), s_fresh, later);

        Assert.Equal(("T", openEpoch), (agent.ThreadOf().ProgramThreadId, agent.ThreadOf().OpenEpoch));
    }

    [Fact]
    [Trait("rule", "ZS9")]
    public void A_request_of_one_thread_is_not_settled_by_another()
    {
        var change = Sent().Changing();
        var state = ZedResume.Connected(change, s_fresh, []);
        state = ZedResume.Ready(change, state, Event("""{"event_type":"agent_ready","data":{"thread_id":"other","active_turns":[]}}""").Data);

        Assert.Equal(["a.1"], state.Undecided);
        Assert.Equal(TurnState.Sent, change.Agent.TurnOf("a").State);
    }

    [Fact]
    [Trait("rule", "ZS18")]
    public void A_silent_prompt_is_sent_again_once_and_not_while_others_are_served()
    {
        var limit = TimeSpan.FromMinutes(3);
        var late = SampleAgent.Start + limit;
        var silent = Sent().Changing(late);
        var (state, again) = ZedResume.Silent(silent, s_fresh, limit);
        var busy = Sent();
        busy = busy with { Turns = busy.Turns.Add(SampleAgent.NewTurn("other", 9, new WorkSessionId("wks-2")) with { State = TurnState.Running }) };

        Assert.Equal([new TurnId("a")], again);
        Assert.Equal(TurnState.Queued, silent.Agent.TurnOf("a").State);
        Assert.Empty(ZedResume.Silent(Sent().Changing(late), state, limit).Again);
        Assert.Empty(ZedResume.Silent(busy.Changing(late), s_fresh, limit).Again);
        Assert.Empty(ZedResume.Silent(Sent().Changing(late - TimeSpan.FromSeconds(1)), s_fresh, limit).Again);
    }

    [Fact]
    [Trait("rule", "ZS12")]
    public void A_prompt_that_waits_in_Zed_behind_another_threads_is_not_stale()
    {
        var agent = Sent();
        agent = agent with { Instance = agent.InstanceOf() with { Abilities = ZedAbilities.Of(agent) } };
        var busy = agent with { Turns = agent.Turns.Add(SampleAgent.NewTurn("other", 9, new WorkSessionId("wks-2")) with { State = TurnState.Running }) };

        Assert.NotNull(StaleRule.Due(agent, agent.TurnOf("a"), TimeSpan.FromMinutes(5)));
        Assert.Null(StaleRule.Due(busy, busy.TurnOf("a"), TimeSpan.FromMinutes(5)));
    }

    [Fact]
    [Trait("rule", "ZS3")]
    public void A_frame_has_what_Zed_needs_and_nothing_that_it_drops()
    {
        var agent = Opened();
        var change = agent.Changing();
        Assert.True(AgentCommands.SayPrompt(change, Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(agent)), history: null));

        var frame = Encoding.UTF8.GetString(ZedSyncJson.Write(ZedCommands.FrameOf(change.Agent, change.Commands[^1]) ?? throw new InvalidOperationException("There is none.")));

        Assert.Equal(
            """{"type":"chat_message","data":{"message":"a","request_id":"a.1","session_id":"ses","task_id":"agt-1","instance_id":"ins","work_session_id":"wks-main","work_session_name":"wks-main"}}""",
            frame);
    }

    private static Agent Opened(params string[] queued)
    {
        var agent = SampleAgent.New(queued).Started() with { Protocol = AgentProtocol.Zed };
        agent = agent.Steps(1).Heard(new AgentNotice.Opened(1, ZedAbilities.Of(agent)));
        return agent.Steps(1).Heard(new AgentNotice.ThreadOpened(2, null, null, null));
    }

    /// <summary>With its first turn on its way, in the thread T.</summary>
    private static Agent Sent(params string[] queued)
    {
        var agent = Opened(queued).Steps(1);
        return Take(agent, s_fresh, """{"event_type":"thread_created","data":{"acp_thread_id":"T","request_id":"a.1"}}""").Agent;
    }

    private static (Agent Agent, ZedState State) Take(Agent agent, ZedState state, params string[] events)
    {
        foreach (var text in events)
        {
            var change = agent.Changing();
            var taking = new ZedTaking(change, state, Ids());
            Assert.True(taking.Take(Event(text)));
            (agent, state) = (change.Agent, taking.State);
        }

        return (agent, state);
    }

    private static string Added(string id, string content, string request = "a.1") =>
        $$"""{"event_type":"message_added","data":{"acp_thread_id":"T","message_id":"{{id}}","role":"assistant","content":"{{content}}","request_id":"{{request}}","entry_type":"text"} }""";

    private static ZedEvent Event(string text) => ZedSyncJson.Read(Encoding.UTF8.GetBytes(text)) ?? throw new InvalidOperationException("That is no event.");

    private static ZedNewIds Ids() => new(() => new TurnId("typed"), () => new RequestId("req"), (_, _) => null, 99 * AgentOwner.TurnSpacing);
}
