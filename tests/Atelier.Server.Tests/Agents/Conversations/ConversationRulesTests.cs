using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Tests.Agents.Conversations;

public sealed class ConversationRulesTests
{
    private static readonly WorkSessionId s_other = new("wks-other");

    [Fact]
    [Trait("rule", "AL24")]
    [Trait("behaviour", "135")]
    public void A_work_session_that_is_over_is_closed_once_while_the_instance_goes_on()
    {
        var agent = BothOpen();
        agent = agent.After(change => WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Completed)).After(change => WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Completed));
        Assert.Equal(new AgentStep.CloseThread(agent.ThreadOf().Id), AgentPlan.Next(agent));

        var change = agent.Changing();
        Assert.True(AgentCommands.Say(change, AgentPlan.Next(change.Agent)));

        Assert.Equal(new AgentCommand.CloseThread("c1"), Assert.Single(change.Commands).Command);
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(change.Agent));
        Assert.Equal(InstanceStatus.Active, change.Agent.Heard(new AgentNotice.Succeeded(change.Commands[0].Sequence, Result: null)).InstanceOf().Status);
    }

    [Fact]
    [Trait("rule", "AL24")]
    public void A_thread_whose_cancelled_turn_goes_on_is_not_closed_before_it_is_over()
    {
        var agent = Managing(SampleAgent.New("a").Sent()).After(change => SampleAgent.AddWorkSession(change, s_other)).Heard(SampleAgent.Chunk())
            .After(change => WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Cancelled));

        Assert.IsType<AgentStep.Cancel>(AgentPlan.Next(agent));
        agent = agent.Steps(1);
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(agent));
        Assert.IsType<AgentStep.CloseThread>(AgentPlan.Next(agent.Heard(new AgentNotice.TurnEnded(3, "cancelled", Usage: null))));
    }

    [Fact]
    [Trait("rule", "AL25")]
    public void A_list_has_all_pages_and_what_is_no_id_is_left_out()
    {
        var agent = Managing(SampleAgent.New().ThreadOpen());
        var tried = 0;
        agent = agent.After(change => tried = ConversationRules.Want(change) ?? 0);
        Assert.Equal(new AgentStep.List(Cursor: null), AgentPlan.Next(agent));

        agent = agent.Steps(1).Heard(new AgentNotice.ThreadsListed(3, [Listed("x"), Listed(""), Listed(new string('x', 300)), Listed("nul\0")], "next"));
        Assert.Equal(new AgentStep.List("next"), AgentPlan.Next(agent));
        agent = agent.Steps(1).Heard(new AgentNotice.ThreadsListed(4, [Listed("y")], Cursor: null));

        Assert.Equal(["x", "y"], agent.InstanceOf().Conversations.Known.Select(one => one.Thread));
        Assert.Equal((tried, false, null), (agent.InstanceOf().Conversations.Tries, agent.InstanceOf().Conversations.IsWanted, agent.InstanceOf().Conversations.Problem));
    }

    [Fact]
    [Trait("rule", "AL25")]
    public void A_cursor_that_leads_nowhere_ends_the_list()
    {
        var agent = Managing(SampleAgent.New().ThreadOpen()).After(change => ConversationRules.Want(change));
        agent = agent.Steps(1).Heard(new AgentNotice.ThreadsListed(3, [Listed("x")], "again")).Steps(1).Heard(new AgentNotice.ThreadsListed(4, [Listed("y")], "again"));

        Assert.Equal(2, agent.InstanceOf().Conversations.Known.Count);
        Assert.Equal(1, agent.InstanceOf().Conversations.Tries);
    }

    [Fact]
    [Trait("rule", "AL25")]
    public void Whoever_waits_for_a_list_that_will_not_come_is_told_why()
    {
        Assert.Contains("cannot say", SampleAgent.New().ThreadOpen().After(change => ConversationRules.Want(change)).InstanceOf().Conversations.Problem, StringComparison.Ordinal);

        var asked = Managing(SampleAgent.New().ThreadOpen()).After(change => ConversationRules.Want(change)).Steps(1);
        Assert.Equal("No.", asked.Heard(new AgentNotice.Failed(3, -32603, "No.", Details: null)).InstanceOf().Conversations.Problem);
        Assert.Contains("exit code 1", asked.Heard(new AgentNotice.Ended(ExitCode: 1, Signal: null, LastWords: null)).InstanceOf().Conversations.Problem, StringComparison.Ordinal);
        Assert.Equal(0, asked.Heard(new AgentNotice.ThreadsListed(99, [Listed("x")], Cursor: null)).InstanceOf().Conversations.Tries);
    }

    [Fact]
    [Trait("rule", "AL25")]
    public void A_list_that_is_wanted_starts_the_program()
    {
        var agent = SampleAgent.New().Placed().After(change => TurnQueue.Cancel(change, new TurnId("a"))).After(change => ConversationRules.Want(change));

        Assert.IsType<AgentStep.BeginProcess>(AgentPlan.Next(agent));
    }

    [Fact]
    [Trait("rule", "AL26")]
    [Trait("behaviour", "136")]
    public void A_conversation_that_is_taken_up_is_loaded_at_once_and_what_is_told_of_it_is_kept()
    {
        var agent = Managing(SampleAgent.New().ThreadOpen()).After(change => Assert.Equal(WorkSessionReply.Changed, TakeUp(change, "elsewhere"))).Steps(1);
        var opening = agent.Steps(1);
        Assert.Equal(ThreadOpening.Load, opening.ThreadOf(s_other)?.Opening);

        var change = opening.Changing();
        Hear(change, SampleAgent.Chunk("before", "elsewhere"));
        Hear(change, new AgentNotice.ThreadOpened(4, Thread: null, Modes: null, Options: null));
        Hear(change, SampleAgent.Chunk("after", "elsewhere")); // some tell it only then

        Assert.Equal([s_other, s_other], change.Events.Where(one => one.Kind == "agent-message").Select(one => one.WorkSessionId));
        Assert.Equal((false, false), (change.Agent.ThreadOf(s_other)?.TakesUp, change.Agent.ThreadOf(s_other)?.NeedsHistory));
    }

    [Fact]
    [Trait("rule", "AL26")]
    public void A_conversation_that_cannot_be_taken_up_is_not_replaced_by_a_new_one()
    {
        var agent = Managing(SampleAgent.New().ThreadOpen()).After(change => TakeUp(change, "elsewhere")).Steps(2).Heard(new AgentNotice.Failed(4, -32002, "Not found", Details: null));

        Assert.Equal((ThreadStatus.Failed, null), (agent.ThreadOf(s_other)?.Status, agent.ThreadOf(s_other)?.ProgramThreadId));
    }

    [Fact]
    [Trait("rule", "AL26")]
    public void A_conversation_belongs_to_one_line_of_work_at_a_time()
    {
        var agent = BothOpen();
        Assert.Equal(WorkSessionReply.ConversationTaken, TakeUp(agent.Changing(), "c1", "wks-third"));

        agent = agent.After(change => WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Completed)).After(change => TakeUp(change, "c1", "wks-third"));

        Assert.Null(agent.ThreadOf().ProgramThreadId);
        Assert.Equal("c1", agent.ThreadOf(new WorkSessionId("wks-third"))?.ProgramThreadId);
    }

    [Fact]
    [Trait("rule", "AL27")]
    public void A_deleted_agents_conversations_are_forgotten_by_a_program_that_can()
    {
        var change = BothOpen().Changing();

        Assert.True(ConversationRules.Forget(change));

        Assert.Equal([new AgentCommand.DeleteThread("c1"), new AgentCommand.DeleteThread("c2")], change.Commands.Select(one => one.Command));
        var answered = change.Agent.Heard(new AgentNotice.Succeeded(change.Commands[0].Sequence, Result: null)).Heard(new AgentNotice.Failed(change.Commands[1].Sequence, -32603, "No.", Details: null));
        Assert.Empty(answered.InstanceOf().Conversations.Forgetting);
        Assert.False(ConversationRules.Forget(SampleAgent.New().ThreadOpen().Changing()));
    }

    private static void Hear(AgentChange change, AgentNotice notice) => AgentNotices.Take(change, change.Agent.InstanceOf().Epoch, notice, () => default);

    private static Agent BothOpen() => Managing(SampleAgent.New("a").Sent()).Heard(new AgentNotice.TurnEnded(3, "end_turn", Usage: null))
        .After(change => SampleAgent.AddWorkSession(change, s_other)).After(change => TurnQueue.Add(change, SampleAgent.NewTurn("b", 5, s_other), interrupts: false, maxQueued: 9))
        .Steps(1).Heard(new AgentNotice.ThreadOpened(4, "c2", Modes: null, Options: null)).Steps(1).Heard(new AgentNotice.TurnEnded(5, "end_turn", Usage: null));

    private static Agent Managing(Agent agent) => agent with
    {
        Instance = agent.InstanceOf() with
        {
            Abilities = new AgentAbilities("Fake", "1", Loads: true, Resumes: true, Closes: true, TakesImages: false, TakesResources: false, McpHttp: false, LoginMethods: null)
            {
                Lists = true,
                Deletes = true,
            },
        },
    };

    private static WorkSessionReply TakeUp(AgentChange change, string conversation, string id = "wks-other") => WorkSessionRules.Add(
        change,
        new WorkSession { Id = new WorkSessionId(id), Name = id, Type = AgentType.ZedAgent, Position = 1, CreatedAt = change.Now },
        () => throw new InvalidOperationException("There is one."),
        () => new AgentThread { Id = new ThreadId($"thr-{id}"), WorkSessionId = new WorkSessionId(id), CreatedAt = change.Now },
        conversation);

    private static ListedThread Listed(string id) => new(id, "/work", "Title", UpdatedAt: null);
}
