using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Tests.Agents;

public sealed class TurnRuleTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    [Fact]
    public void A_queue_takes_no_more_turns_than_its_limit() =>
        Assert.Equal(TurnReply.QueueFull, TurnQueue.Add(SampleAgent.New("a", "b").Changing(), SampleAgent.NewTurn("c", 3), interrupts: false, maxQueued: 2));

    [Fact]
    public void A_work_session_that_is_over_takes_no_turns()
    {
        var agent = SampleAgent.New().After(change => WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Cancelled));

        Assert.Equal(TurnReply.WorkSessionOver, TurnQueue.Add(agent.Changing(), SampleAgent.NewTurn("b", 2), interrupts: false, maxQueued: 9));
    }

    [Fact]
    public void A_turn_of_a_work_session_that_is_not_there_is_refused() => Assert.Equal(
        TurnReply.NotFound, TurnQueue.Add(SampleAgent.New().Changing(), SampleAgent.NewTurn("b", 2, new WorkSessionId("none")), interrupts: false, maxQueued: 9));

    [Fact]
    public void A_new_turn_lets_a_queue_go_on_that_waited() => Assert.False(SampleAgent.New().After(change =>
    {
        TurnQueue.Hold(change, SampleAgent.Main);
        TurnQueue.Add(change, SampleAgent.NewTurn("b", 2), interrupts: false, maxQueued: 9);
    }).ThreadOf().IsHeld);

    [Fact]
    public void An_interrupt_comes_before_the_queue_and_cancels_what_is_in_flight()
    {
        var agent = SampleAgent.New("a", "b").Sent().After(change => TurnQueue.Add(change, SampleAgent.NewTurn("now", 9), interrupts: true, maxQueued: 9));

        Assert.Equal(["now", "b"], agent.Queue(SampleAgent.Main).Select(turn => turn.Id.Value));
        Assert.NotNull(agent.TurnOf("a").CancelRequestedAt);
    }

    [Theory]
    [InlineData("c", 0, "c,a,b")]
    [InlineData("a", 1, "b,a,c")]
    [InlineData("a", 99, "b,c,a")]
    [InlineData("b", -4, "b,a,c")]
    [InlineData("b", 1, "a,b,c")]
    public void A_queued_turn_can_be_moved_to_any_place(string turn, int place, string expected)
    {
        var agent = SampleAgent.New("a", "b", "c").After(change => Assert.Equal(TurnReply.Changed, TurnQueue.Move(change, new TurnId(turn), place)));

        Assert.Equal(expected, string.Join(',', agent.Queue(SampleAgent.Main).Select(one => one.Id.Value)));
    }

    [Fact]
    public void A_turn_that_the_program_has_cannot_be_moved_nor_taken_back()
    {
        var change = SampleAgent.New().Sent().Changing();

        Assert.Equal((TurnReply.NotQueued, TurnReply.NotQueued), (TurnQueue.Move(change, new TurnId("a"), 0), TurnQueue.TakeBack(change, new TurnId("a"))));
    }

    [Fact]
    public void A_turn_can_be_taken_back_twice()
    {
        var change = SampleAgent.New().Changing();

        Assert.Equal((TurnReply.Changed, TurnReply.Already), (TurnQueue.TakeBack(change, new TurnId("a")), TurnQueue.TakeBack(change, new TurnId("a"))));
    }

    [Fact]
    public void A_turn_that_is_not_there_is_refused_whatever_is_wished()
    {
        var change = SampleAgent.New().Changing();
        var none = new TurnId("none");

        Assert.All(
            [TurnQueue.Move(change, none, 0), TurnQueue.TakeBack(change, none), TurnQueue.Cancel(change, none), TurnQueue.Retry(change, none, 1)],
            reply => Assert.Equal(TurnReply.NotFound, reply));
    }

    [Fact]
    public void A_cancelled_turn_ends_when_the_program_says_so_and_not_before()
    {
        var agent = SampleAgent.New().Sent().After(change => TurnQueue.Cancel(change, new TurnId("a")));

        Assert.Equal(TurnState.Sent, agent.TurnOf("a").State);
        Assert.Equal(TurnState.Cancelled, agent.Heard(new AgentNotice.TurnEnded(3, "cancelled", null)).TurnOf("a").State);
    }

    [Fact]
    public void A_cancelled_turn_that_the_program_ends_with_an_error_is_cancelled() => Assert.Equal(
        TurnState.Cancelled,
        SampleAgent.New().Sent().After(change => TurnQueue.Cancel(change, new TurnId("a"))).Heard(new AgentNotice.Failed(3, -1, "aborted", null)).TurnOf("a").State);

    [Fact]
    public void Cancelling_a_turn_withdraws_its_questions() => Assert.Equal(
        RequestState.Withdrawn,
        SampleAgent.New().Sent().Heard(SampleAgent.Permission()).After(change => TurnQueue.Cancel(change, new TurnId("a"))).Requests[0].State);

    [Fact]
    public void A_turn_that_failed_is_tried_again_before_what_is_queued_under_an_id_of_its_own()
    {
        var agent = SampleAgent.New("a", "b").Sent().Heard(new AgentNotice.Failed(3, -1, "overloaded", null)).After(change => TurnQueue.Retry(change, new TurnId("a"), 9));

        Assert.Equal(["a", "b"], agent.Queue(SampleAgent.Main).Select(turn => turn.Id.Value));
        Assert.Equal("a.2", agent.TurnOf("a").RequestId);
    }

    [Theory]
    [InlineData(TurnState.Queued, TurnReply.Already)]
    [InlineData(TurnState.Sent, TurnReply.NotToRetry)]
    [InlineData(TurnState.Running, TurnReply.NotToRetry)]
    [InlineData(TurnState.Done, TurnReply.NotToRetry)]
    [InlineData(TurnState.Failed, TurnReply.Changed)]
    [InlineData(TurnState.Cancelled, TurnReply.Changed)]
    internal void Only_what_failed_or_was_cancelled_is_tried_again(TurnState state, TurnReply expected)
    {
        var agent = SampleAgent.New().Placed();

        Assert.Equal(expected, TurnQueue.Retry(agent.With(agent.TurnOf("a") with { State = state }).Changing(), new TurnId("a"), 9));
    }

    [Fact]
    [Trait("rule", "AG5")]
    public void A_turn_is_stale_when_nothing_came_for_over_five_minutes_and_its_program_could_not_be_reached_throughout()
    {
        var agent = SampleAgent.New().Sent().After(AgentContact.Lost, SampleAgent.Start.AddMinutes(1));

        Assert.Null(Reason(agent, minutes: 6));
        Assert.Contains("cannot be reached", Reason(agent, minutes: 6.1), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "AG5")]
    public void A_turn_that_its_instance_still_has_is_attached_whatever_its_age()
    {
        var agent = SampleAgent.New().Sent().Heard(SampleAgent.Chunk())
            .After(AgentContact.Lost, SampleAgent.Start.AddMinutes(1)).After(AgentContact.Reached, SampleAgent.Start.AddDays(2));

        Assert.Null(Reason(agent, minutes: 3 * 24 * 60));
    }

    [Fact]
    [Trait("rule", "AG5")]
    public void Silence_is_counted_from_when_a_program_is_reached_again_for_what_it_said_meanwhile_comes_first()
    {
        var agent = SampleAgent.New().Sent().After(AgentContact.Lost, SampleAgent.Start.AddMinutes(1)).After(AgentContact.Reached, SampleAgent.Start.AddMinutes(50));

        Assert.Null(Reason(agent, minutes: 55));
        Assert.Contains("has not said anything", Reason(agent, minutes: 55.1), StringComparison.Ordinal);
    }

    [Fact]
    public void The_clock_stands_while_a_person_is_asked_and_while_a_program_that_has_begun_is_connected()
    {
        Assert.Null(Reason(SampleAgent.New().Sent().Heard(SampleAgent.Permission()).After(AgentContact.Lost, SampleAgent.Start), minutes: 999));
        Assert.Null(Reason(SampleAgent.New().Sent().Heard(SampleAgent.Chunk()), minutes: 999));
        Assert.Null(StaleRule.NotBefore(SampleAgent.New().Sent().Heard(SampleAgent.Chunk()), s_limit));
    }

    [Fact]
    public void A_stale_turn_fails_its_queue_waits_and_the_program_is_told_to_end_it()
    {
        var change = SampleAgent.New("a", "b").Sent().Changing(SampleAgent.Start.AddHours(1));

        Assert.Equal(new TurnId("a"), Assert.Single(AgentContact.FailStale(change, s_limit)).Turn);

        Assert.Equal((TurnState.Failed, TurnState.Queued, true), (change.Agent.TurnOf("a").State, change.Agent.TurnOf("b").State, change.Agent.ThreadOf().IsHeld));
        Assert.IsType<AgentCommand.Cancel>(Assert.Single(change.Commands).Command);
    }

    [Fact]
    [Trait("rule", "AG6")]
    public void A_program_that_does_not_end_a_cancelled_turn_is_ended_and_the_queue_goes_on()
    {
        var agent = SampleAgent.New("a", "b").Sent().Heard(SampleAgent.Chunk()).After(change => TurnQueue.Cancel(change, new TurnId("a"))).Steps(1)
            .After(change => AgentContact.FailStale(change, s_limit), SampleAgent.Start.AddHours(1));

        Assert.Equal((TurnState.Cancelled, false), (agent.TurnOf("a").State, agent.ThreadOf().IsHeld));
        Assert.IsType<AgentStep.EndProcess>(AgentPlan.Next(agent));
    }

    private static string? Reason(Agent agent, double minutes) => StaleRule.Reason(agent, agent.TurnOf("a"), s_limit, SampleAgent.Start.AddMinutes(minutes));
}
