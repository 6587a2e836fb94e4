using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Tests.Agents;

public sealed class AgentNoticesTests
{
    private static readonly AgentNotice.Ended s_killed = new(ExitCode: null, Signal: "KILL", LastWords: "Segmentation fault\n");

    [Fact]
    public void The_first_word_about_a_prompt_makes_its_turn_running() => Assert.Equal(TurnState.Running, SampleAgent.New().Sent().Heard(SampleAgent.Chunk()).TurnOf("a").State);

    [Fact]
    public void What_a_program_can_do_says_nothing_about_a_prompt() => Assert.Equal(
        TurnState.Sent, SampleAgent.New().Sent().Heard(new AgentNotice.Said("c1", "commands", JsonElement.Parse("{}"))).TurnOf("a").State);

    [Fact]
    [Trait("behaviour", "138")]
    public void An_update_belongs_to_the_turn_in_flight_of_its_thread_else_to_none()
    {
        Assert.Equal(new TurnId("a"), LastSaid(SampleAgent.New().Sent(), SampleAgent.Chunk()).TurnId);
        Assert.Null(LastSaid(SampleAgent.New().Sent(), SampleAgent.Chunk(thread: "unknown")).TurnId);
        Assert.Null(LastSaid(SampleAgent.New().Sent().Heard(new AgentNotice.TurnEnded(3, "end_turn", null)), SampleAgent.Chunk()).TurnId);
    }

    [Fact]
    [Trait("behaviour", "132")]
    public void An_answer_to_a_prompt_of_an_earlier_attempt_is_no_answer_to_a_later_one()
    {
        var agent = SampleAgent.New().Sent().After(change => AgentContact.FailStale(change, TimeSpan.Zero), SampleAgent.Start.AddHours(1))
            .After(change => TurnQueue.Retry(change, new TurnId("a"), 9)).Steps(1);

        Assert.Equal(TurnState.Sent, agent.Heard(new AgentNotice.TurnEnded(3, "end_turn", null)).TurnOf("a").State);
        Assert.Equal(TurnState.Done, agent.Heard(new AgentNotice.TurnEnded(5, "end_turn", null)).TurnOf("a").State);
    }

    [Fact]
    public void What_a_process_says_whose_end_is_stored_is_no_news()
    {
        var ended = SampleAgent.New().Sent().Heard(s_killed);

        Assert.Same(ended, ended.Heard(SampleAgent.Chunk()));
        Assert.Same(ended, ended.Heard(s_killed));
    }

    [Fact]
    public void A_program_that_ends_in_a_turn_fails_it_with_its_last_words_and_the_queue_waits()
    {
        var agent = SampleAgent.New("a", "b").Sent().Heard(SampleAgent.Permission()).Heard(s_killed);

        Assert.Equal((TurnState.Failed, TurnState.Queued, true), (agent.TurnOf("a").State, agent.TurnOf("b").State, agent.ThreadOf().IsHeld));
        Assert.Equal("The program ended in the middle of it: it was ended by the signal KILL. Its last words: Segmentation fault", agent.TurnOf("a").Problem);
        Assert.Equal((InstanceStatus.Disconnected, ThreadStatus.Disconnected, RequestState.Void), (agent.InstanceOf().Status, agent.ThreadOf().Status, agent.Requests[0].State));
    }

    [Fact]
    public void A_program_that_ends_in_a_cancelled_turn_has_done_what_was_wished()
    {
        var agent = SampleAgent.New("a", "b").Sent().After(change => TurnQueue.Cancel(change, new TurnId("a"))).Heard(s_killed);

        Assert.Equal((TurnState.Cancelled, false), (agent.TurnOf("a").State, agent.ThreadOf().IsHeld));
        Assert.IsType<AgentStep.BeginProcess>(AgentPlan.Next(agent));
    }

    [Fact]
    public void A_program_that_ends_with_nothing_to_do_is_pending_again() =>
        Assert.Equal(InstanceStatus.Pending, SampleAgent.New().Sent().Heard(new AgentNotice.TurnEnded(3, "end_turn", null)).Heard(s_killed).InstanceOf().Status);

    [Fact]
    public void A_program_that_ends_before_it_was_ready_fails_what_waits_for_it()
    {
        var agent = SampleAgent.New().Started().Heard(s_killed);

        Assert.Equal((TurnState.Failed, true), (agent.TurnOf("a").State, agent.ThreadOf().IsHeld));
    }

    [Fact]
    public void A_program_that_cannot_be_started_fails_what_waits_for_it_with_the_reason()
    {
        var agent = SampleAgent.New().Placed();
        agent = (agent with { Instance = agent.InstanceOf().Starting(SampleAgent.Start) }).After(change => AgentNotices.NotStarted(change, "There is no such command."));

        Assert.Equal((TurnState.Failed, "There is no such command."), (agent.TurnOf("a").State, agent.TurnOf("a").Problem));
        Assert.Equal((InstanceStatus.Failed, false), (agent.InstanceOf().Status, agent.InstanceOf().HasProcess));
    }

    [Fact]
    [Trait("behaviour", "129")]
    [Trait("behaviour", "130")]
    public void What_a_program_repeats_of_a_prompt_is_said_once_and_another_message_id_begins_another_message()
    {
        static (string, string) Said(string kind, string? id, string text) => (kind, JsonSerializer.Serialize(new { messageId = id, content = new { type = "text", text } }));

        Assert.Equal("One.\n\nTwo.", SaidText.Of([Said("agent-message", "1", "On"), Said("agent-message", "1", "e."), Said("agent-message", "2", "Two.")]));
        Assert.DoesNotContain("user-message", SaidText.Kinds);
        Assert.Single(SampleAgent.New().Sent().Heard(new AgentNotice.Said("c1", "user-message", JsonElement.Parse("""{"messageId":"1","content":{"type":"text","text":"a"}}"""))).Turns);
    }

    [Fact]
    [Trait("behaviour", "131")]
    public void A_cancel_ends_what_is_asked_at_once_and_what_is_said_later_still_belongs_to_the_turn()
    {
        var agent = SampleAgent.New().Sent().Heard(SampleAgent.Permission()).After(change => TurnQueue.Cancel(change, new TurnId("a")));
        Assert.Equal((RequestState.Withdrawn, """{"result":{"outcome":{"outcome":"cancelled"}}}"""), (agent.Requests[0].State, agent.Requests[0].Answer));

        Assert.Equal(new TurnId("a"), LastSaid(agent, new AgentNotice.Said("c1", "tool-call", JsonElement.Parse("""{"toolCallId":"t","status":"failed"}"""))).TurnId);
    }

    [Fact]
    [Trait("behaviour", "133")]
    public void A_refused_prompt_is_not_told_again_unless_something_was_done_for_it()
    {
        var agent = SampleAgent.New().Sent().Heard(new AgentNotice.TurnEnded(3, "refusal", Usage: null));

        Assert.True(agent.TurnOf("a").IsRefused);
        Assert.True(SaidText.IsForgotten(agent.TurnOf("a"), [("agent-message", "{}")]));
        Assert.False(SaidText.IsForgotten(agent.TurnOf("a"), [("tool-call", """{"toolCallId":"t","status":"completed"}""")]));
    }

    [Fact]
    [Trait("rule", "AL28")]
    public void What_was_done_at_an_address_answers_whoever_is_still_asked()
    {
        var asked = new AgentNotice.Asked("7", "c1", AgentRequest.Question, JsonElement.Parse("""{"mode":"url","elicitationId":"e1","url":"https://x.test","message":"Log in"}"""));
        var agent = SampleAgent.New().Sent().Heard(asked).Heard(new AgentNotice.QuestionOver("e2"));
        Assert.Equal(RequestState.Open, agent.Requests[0].State);

        agent = agent.Heard(new AgentNotice.QuestionOver("e1"));

        Assert.Equal((RequestState.Answered, """{"result":{"action":"accept"}}"""), (agent.Requests[0].State, agent.Requests[0].Answer));
        Assert.IsType<AgentStep.Answer>(AgentPlan.Next(agent));
    }

    [Fact]
    public void A_process_that_does_not_take_a_command_is_ended()
    {
        var agent = SampleAgent.New().Sent();

        agent = agent.After(change => AgentNotices.NotTaken(change, new NumberedCommand(1, 3, new AgentCommand.Cancel("c1")), "Its pipe is closed."));

        Assert.Equal((TurnState.Failed, true), (agent.TurnOf("a").State, agent.InstanceOf().IsUnwanted));
    }

    [Fact]
    public void A_program_that_says_late_what_it_can_do_does_not_bring_a_completed_agent_back() => Assert.Equal(
        InstanceStatus.Completed, SampleAgent.New().Started().Steps(1).After(change => WorkSessionRules.EndAll(change, AgentStatus.Completed))
            .Heard(new AgentNotice.Opened(1, new AgentAbilities(null, null, false, false, false, false, false, false, null))).InstanceOf().Status);

    [Theory]
    [InlineData("entity released")]
    [InlineData("session not found")]
    [Trait("rule", "AG7")]
    public void A_conversation_that_cannot_be_opened_again_loses_its_id_and_gets_a_new_one_with_what_was_said(string problem)
    {
        var agent = SampleAgent.New("a", "b").Sent().Heard(s_killed).After(change => TurnQueue.Retry(change, new TurnId("a"), 9)).Opened().Steps(1);
        Assert.Equal(ThreadOpening.Resume, agent.ThreadOf().Opening);

        agent = agent.Heard(new AgentNotice.Failed(2, -32603, problem, null));

        Assert.Equal((null, true), (agent.ThreadOf().ProgramThreadId, agent.ThreadOf().NeedsHistory));
        agent = agent.Steps(1).Heard(new AgentNotice.ThreadOpened(3, "c9", null, null));
        Assert.Equal(("c9", true, ThreadStatus.Active), (agent.ThreadOf().ProgramThreadId, agent.ThreadOf().NeedsHistory, agent.ThreadOf().Status));
        Assert.False(agent.Steps(1).ThreadOf().NeedsHistory);
    }

    [Fact]
    public void A_new_conversation_that_is_refused_fails_its_turn()
    {
        var agent = SampleAgent.New().Opened().Steps(1).Heard(new AgentNotice.Failed(2, -32603, "No directory", null));

        Assert.Equal((TurnState.Failed, ThreadStatus.Failed, true), (agent.TurnOf("a").State, agent.ThreadOf().Status, agent.ThreadOf().IsHeld));
    }

    [Fact]
    public void What_a_program_tells_again_of_a_loaded_conversation_is_no_news_until_the_next_prompt()
    {
        var agent = SampleAgent.New().Sent().Heard(s_killed).After(change => TurnQueue.Retry(change, new TurnId("a"), 9)).Opened(resumes: false).Steps(1);

        Assert.Same(agent, agent.Heard(SampleAgent.Chunk("retold")));
        agent = agent.Heard(new AgentNotice.ThreadOpened(2, null, null, null));
        Assert.Same(agent, agent.Heard(SampleAgent.Chunk("retold late")));
        Assert.Equal(TurnState.Running, agent.Steps(1).Heard(SampleAgent.Chunk("news")).TurnOf("a").State);
    }

    [Fact]
    public void One_conversation_cannot_be_that_of_two_threads_at_once()
    {
        var agent = TwoThreads().Heard(new AgentNotice.ThreadOpened(4, "c1", null, null));

        Assert.Equal(TurnState.Failed, agent.TurnOf("o").State);
        Assert.Equal(TurnState.Sent, agent.TurnOf("a").State);
    }

    [Fact]
    public void A_name_that_a_new_process_gives_again_belongs_to_whom_it_gave_it_last()
    {
        var agent = TwoThreads().Heard(new AgentNotice.ThreadOpened(4, "c2", null, null)).Steps(1).Heard(s_killed)
            .After(change => TurnQueue.Retry(change, new TurnId("o"), 9)).Opened(resumes: false, loads: false).Steps(1).Heard(new AgentNotice.ThreadOpened(2, "c1", null, null));

        Assert.Equal([null, "c1"], agent.Threads.Select(thread => thread.ProgramThreadId));
        Assert.True(agent.ThreadOf().NeedsHistory);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nul\0")]
    public void A_conversation_whose_name_cannot_be_kept_is_not_opened(string name) =>
        Assert.Equal(TurnState.Failed, SampleAgent.New().Opened().Steps(1).Heard(new AgentNotice.ThreadOpened(2, name, null, null)).TurnOf("a").State);

    [Fact]
    public void A_conversation_whose_name_is_too_long_or_broken_or_missing_is_not_opened()
    {
        var agent = SampleAgent.New().Opened().Steps(1);

        Assert.Equal(TurnState.Failed, agent.Heard(new AgentNotice.ThreadOpened(2, new string('x', 256), null, null)).TurnOf("a").State);
        Assert.Equal(TurnState.Failed, agent.Heard(new AgentNotice.ThreadOpened(2, "half \ud800", null, null)).TurnOf("a").State);
        Assert.Equal(TurnState.Failed, agent.Heard(new AgentNotice.ThreadOpened(2, null, null, null)).TurnOf("a").State);
    }

    [Fact]
    public void A_question_is_kept_once_and_asked_of_a_person()
    {
        var agent = SampleAgent.New().Sent().Heard(SampleAgent.Permission()).Heard(SampleAgent.Permission());

        Assert.Equal((RequestState.Open, new TurnId("a")), (Assert.Single(agent.Requests).State, agent.Requests[0].TurnId));
    }

    [Fact]
    public void What_nobody_serves_is_refused_without_asking_a_person() => Assert.Equal(
        RequestState.Answered, SampleAgent.New().Sent().Heard(new AgentNotice.Asked("1", "c1", "terminal/create", JsonElement.Parse("{}"))).Requests[0].State);

    [Fact]
    public void A_question_of_a_turn_that_is_being_cancelled_is_answered_with_cancelled() => Assert.Equal(
        RequestAnswer.Cancelled(AgentRequest.Permission),
        SampleAgent.New().Sent().After(change => TurnQueue.Cancel(change, new TurnId("a"))).Heard(SampleAgent.Permission()).Requests[0].Answer);

    [Fact]
    public void A_question_that_the_program_withdraws_is_answered_all_the_same()
    {
        var agent = SampleAgent.New().Sent().Heard(SampleAgent.Permission()).Heard(new AgentNotice.Withdrew("7"));

        Assert.Equal(RequestState.Withdrawn, agent.Requests[0].State);
        Assert.IsType<AgentStep.Answer>(AgentPlan.Next(agent));
    }

    [Fact]
    public void A_program_may_use_the_id_of_a_question_again_once_it_has_its_answer()
    {
        var agent = SampleAgent.New().Sent().Heard(SampleAgent.Permission()).Heard(new AgentNotice.Withdrew("7")).Heard(SampleAgent.Permission());

        Assert.Equal([RequestState.Withdrawn, RequestState.Open], agent.Requests.Select(request => request.State));
    }

    [Fact]
    public void A_title_is_taken_when_there_is_none_and_fits_on_a_line()
    {
        var titled = new AgentNotice.Said("c1", "title", JsonElement.Parse("""{"title":" Add\na \u0000 flag "}"""));
        var agent = SampleAgent.New().Sent().Heard(titled);

        Assert.Equal("Add a \uFFFD flag", agent.Title);
        Assert.Equal(agent.Title, agent.Heard(new AgentNotice.Said("c1", "title", JsonElement.Parse("""{"title":"Another"}"""))).Title);
    }

    [Theory]
    [InlineData("turn-changed")]
    [InlineData("two\nlines")]
    [InlineData("")]
    public void A_program_cannot_speak_in_our_name(string kind) => Assert.Equal(EventKinds.Other, LastSaid(SampleAgent.New().Sent(), new AgentNotice.Said("c1", kind, JsonElement.Parse("{}"))).Kind);

    [Fact]
    public void Everything_that_shows_is_told_with_the_thing_as_it_is_then()
    {
        var change = SampleAgent.New().Sent().Changing();

        AgentNotices.Take(change, 1, s_killed, () => new RequestId("req"));

        Assert.Equal(["work-session-changed", "instance-changed", "agent-changed", "turn-changed", "agent-changed", "work-session-changed"], change.Events.Select(one => one.Kind));
    }

    private static Agent TwoThreads()
    {
        var other = new WorkSessionId("wks-other");
        return SampleAgent.New().Sent().After(change =>
        {
            SampleAgent.AddWorkSession(change, other);
            TurnQueue.Add(change, SampleAgent.NewTurn("o", 9, other), interrupts: false, maxQueued: 9);
        }).Steps(1);
    }

    private static EventDraft LastSaid(Agent agent, AgentNotice.Said said)
    {
        var change = agent.Changing();
        AgentNotices.Take(change, 1, said, () => new RequestId("req"));
        return change.Events[^1];
    }
}
