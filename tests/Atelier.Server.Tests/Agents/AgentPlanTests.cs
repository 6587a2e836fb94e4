using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Tests.Agents;

/// <summary>Each row of the plan in docs/agents.md.</summary>
public sealed class AgentPlanTests
{
    [Fact]
    public void An_agent_without_a_place_gets_one_before_anything_else() =>
        Assert.IsType<AgentStep.MakePlace>(AgentPlan.Next(SampleAgent.New()));

    [Fact]
    public void An_agent_that_is_over_before_it_has_a_place_gets_none() =>
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(SampleAgent.New().After(change => WorkSessionRules.EndAll(change, AgentStatus.Cancelled))));

    [Fact]
    public void Work_begins_a_process() => Assert.IsType<AgentStep.BeginProcess>(AgentPlan.Next(SampleAgent.New().Placed()));

    [Fact]
    public void Without_work_no_process_begins() =>
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(SampleAgent.New().Placed().After(change => TurnQueue.Cancel(change, new TurnId("a")))));

    [Fact]
    public void A_queue_that_waits_for_a_person_begins_no_process() =>
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(SampleAgent.New().Placed().After(change => TurnQueue.Hold(change, SampleAgent.Main))));

    [Fact]
    public void A_process_that_is_wanted_is_started()
    {
        var agent = SampleAgent.New().Placed();

        Assert.IsType<AgentStep.StartProcess>(AgentPlan.Next(agent with { Instance = agent.InstanceOf().Starting(SampleAgent.Start) }));
    }

    [Fact]
    public void A_process_that_has_heard_nothing_hears_open_first() => Assert.IsType<AgentStep.Open>(AgentPlan.Next(SampleAgent.New().Started()));

    [Fact]
    public void Nothing_is_said_to_a_process_that_has_not_answered_open() => Assert.IsType<AgentStep.Wait>(AgentPlan.Next(SampleAgent.New().Started().Steps(1)));

    [Fact]
    public void A_new_conversation_is_opened_for_the_first_turn() =>
        Assert.Equal(ThreadOpening.New, Assert.IsType<AgentStep.OpenThread>(AgentPlan.Next(SampleAgent.New().Opened())).Opening);

    [Theory]
    [InlineData(true, true, ThreadOpening.Resume)]
    [InlineData(false, true, ThreadOpening.Load)]
    [InlineData(false, false, ThreadOpening.New)]
    internal void A_conversation_that_the_program_knows_is_gone_on_with_as_well_as_the_program_can(bool resumes, bool loads, ThreadOpening expected)
    {
        var agent = SampleAgent.New().Opened(resumes, loads);

        agent = agent.With(agent.ThreadOf() with { ProgramThreadId = "c1" });

        Assert.Equal(expected, Assert.IsType<AgentStep.OpenThread>(AgentPlan.Next(agent)).Opening);
    }

    [Fact]
    public void A_conversation_is_opened_once() => Assert.IsType<AgentStep.Wait>(AgentPlan.Next(SampleAgent.New().Opened().Steps(1)));

    [Fact]
    public void The_head_of_the_queue_is_sent_to_an_open_conversation() =>
        Assert.Equal(new TurnId("a"), Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(SampleAgent.New("a", "b").ThreadOpen())).Turn);

    [Fact]
    [Trait("rule", "AG4")]
    public void While_a_turn_is_in_flight_the_next_one_of_its_work_session_waits() => Assert.IsType<AgentStep.Wait>(AgentPlan.Next(SampleAgent.New("a", "b").Sent()));

    [Fact]
    public void When_a_turn_is_over_the_next_one_is_sent()
    {
        var agent = SampleAgent.New("a", "b").Sent().Heard(new AgentNotice.TurnEnded(3, "end_turn", null));

        Assert.Equal(new TurnId("b"), Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(agent)).Turn);
    }

    [Fact]
    public void Turns_of_two_work_sessions_are_in_flight_at_the_same_time()
    {
        var other = new WorkSessionId("wks-other");
        var agent = SampleAgent.New().Sent().After(change =>
        {
            SampleAgent.AddWorkSession(change, other);
            TurnQueue.Add(change, SampleAgent.NewTurn("o", 9, other), interrupts: false, maxQueued: 9);
        });

        Assert.Equal(new AgentStep.OpenThread(new ThreadId("thr-wks-other"), ThreadOpening.New), AgentPlan.Next(agent));
    }

    [Fact]
    public void A_turn_that_is_to_be_cancelled_is_cancelled_before_its_question_is_answered()
    {
        var agent = SampleAgent.New().Sent().Heard(SampleAgent.Permission()).After(change => TurnQueue.Cancel(change, new TurnId("a")));

        Assert.IsType<AgentStep.Cancel>(AgentPlan.Next(agent));
        Assert.IsType<AgentStep.Answer>(AgentPlan.Next(agent.Steps(1)));
    }

    [Fact]
    public void A_cancel_is_said_once()
    {
        var agent = SampleAgent.New().Sent().After(change => TurnQueue.Cancel(change, new TurnId("a"))).Steps(1);

        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(agent));
    }

    [Fact]
    public void An_answer_is_said_once()
    {
        var agent = SampleAgent.New().Sent().Heard(SampleAgent.Permission());
        agent = agent.With(agent.Requests[0] with { State = RequestState.Answered, Answer = RequestAnswer.Cancelled(AgentRequest.Permission) });

        Assert.IsType<AgentStep.Answer>(AgentPlan.Next(agent));
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(agent.Steps(1)));
    }

    [Fact]
    public void A_process_that_nobody_wants_is_ended_and_told_nothing_more()
    {
        var agent = SampleAgent.New().ThreadOpen();

        Assert.IsType<AgentStep.EndProcess>(AgentPlan.Next(agent with { Instance = agent.InstanceOf() with { IsUnwanted = true } }));
    }

    [Fact]
    public void A_command_that_the_plan_does_not_ask_for_any_more_is_not_said()
    {
        var agent = SampleAgent.New().ThreadOpen();
        var step = Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(agent));
        var change = agent.After(late => TurnQueue.Cancel(late, new TurnId("a"))).Changing();

        Assert.False(AgentCommands.SayPrompt(change, step, history: null));
        Assert.True(change.IsEmpty);
    }

    [Fact]
    public void A_prompt_says_what_it_belongs_to_and_begins_with_what_was_said_before()
    {
        var change = SampleAgent.New().ThreadOpen().Changing();

        AgentCommands.SayPrompt(change, Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(change.Agent)), history: "Before");

        var prompt = Assert.IsType<AgentCommand.Prompt>(Assert.Single(change.Commands).Command);
        Assert.Equal(("c1", "a.1", "wks-main"), (prompt.Thread, prompt.Context["requestId"], prompt.Context["workSessionId"]));
        Assert.Equal(["Before", "a"], prompt.Content.EnumerateArray().Select(block => block.GetProperty("text").GetString()));
    }

    [Fact]
    public void A_place_that_cannot_be_made_fails_the_agent_and_all_its_turns_and_a_retry_tries_it_again()
    {
        var agent = SampleAgent.New("a", "b").After(change => AgentCommands.PlaceRefused(change, "The branch is checked out."));

        Assert.Equal((AgentStatus.Failed, "The branch is checked out."), (agent.Status, agent.Problem));
        Assert.All(agent.Turns, turn => Assert.Equal((TurnState.Failed, "The branch is checked out."), (turn.State, turn.Problem)));
        Assert.IsType<AgentStep.MakePlace>(AgentPlan.Next(agent.After(change => TurnQueue.Retry(change, new TurnId("a"), 9))));
    }
}
