using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Tests.Agents;

public sealed class WorkSessionRuleTests
{
    private static readonly WorkSessionId s_other = new("wks-other");

    [Fact]
    [Trait("rule", "AG3")]
    public void The_first_work_session_that_needs_an_instance_brings_it_along_and_later_ones_share_it()
    {
        var first = SampleAgent.New();

        var second = first.After(change => SampleAgent.AddWorkSession(change, s_other));

        Assert.Equal(first.Instance, second.Instance);
        Assert.Equal([SampleAgent.Main, s_other], second.Threads.Select(thread => thread.WorkSessionId));
    }

    [Theory]
    [InlineData(AgentType.HelixAgent)]
    [InlineData(AgentType.Simple)]
    internal void A_work_session_of_another_kind_needs_no_instance_and_no_thread(AgentType type)
    {
        var agent = SampleAgent.New().After(change => SampleAgent.AddWorkSession(change, s_other, type));

        Assert.Null(agent.ThreadOf(s_other));
    }

    [Fact]
    public void An_agent_takes_no_more_work_sessions_than_its_limit()
    {
        var change = SampleAgent.New().Changing();
        for (var number = 1; number < WorkSessionRules.Most; number++)
        {
            Assert.Equal(WorkSessionReply.Changed, SampleAgent.AddWorkSession(change, new WorkSessionId($"wks-{number}")));
        }

        Assert.Equal(WorkSessionReply.TooMany, SampleAgent.AddWorkSession(change, s_other));
    }

    [Fact]
    public void An_agent_that_is_over_takes_no_work_sessions() => Assert.Equal(
        WorkSessionReply.AgentIsOver, SampleAgent.AddWorkSession(SampleAgent.New().After(change => WorkSessionRules.EndAll(change, AgentStatus.Completed)).Changing(), s_other));

    [Fact]
    public void A_work_session_is_not_completed_while_a_turn_of_it_is_in_flight() => Assert.Equal(
        WorkSessionReply.TurnInFlight, WorkSessionRules.End(SampleAgent.New().Sent().Changing(), SampleAgent.Main, WorkSessionStatus.Completed));

    [Fact]
    public void Ending_a_work_session_takes_back_its_queue()
    {
        var agent = SampleAgent.New("a", "b").After(change => WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Completed));

        Assert.All(agent.Turns, turn => Assert.Equal(TurnState.Cancelled, turn.State));
        Assert.Equal(ThreadStatus.Completed, agent.ThreadOf().Status);
    }

    [Fact]
    public void Ending_a_work_session_twice_is_ending_it_once() => Assert.Equal(
        WorkSessionReply.Already,
        WorkSessionRules.End(
            SampleAgent.New().After(change => WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Completed)).Changing(), SampleAgent.Main, WorkSessionStatus.Cancelled));

    [Fact]
    public void A_work_session_that_is_not_there_cannot_be_ended() =>
        Assert.Equal(WorkSessionReply.NotFound, WorkSessionRules.End(SampleAgent.New().Changing(), s_other, WorkSessionStatus.Completed));

    [Fact]
    public void The_instance_is_kept_while_a_work_session_is_not_over_and_completed_with_the_last_one()
    {
        var one = SampleAgent.New().ThreadOpen().After(change =>
        {
            SampleAgent.AddWorkSession(change, s_other);
            WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Completed);
        });
        Assert.Equal((InstanceStatus.Active, false), (one.InstanceOf().Status, one.InstanceOf().IsUnwanted));

        var none = one.After(change => WorkSessionRules.End(change, s_other, WorkSessionStatus.Completed));

        Assert.Equal((InstanceStatus.Completed, true), (none.InstanceOf().Status, none.InstanceOf().IsUnwanted));
        Assert.Equal(InstanceStatus.Completed, none.Heard(new AgentNotice.Ended(0, null, null)).InstanceOf().Status);
    }

    [Fact]
    public void A_work_session_that_is_added_later_brings_the_instance_back()
    {
        var agent = SampleAgent.New().After(change =>
        {
            WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Completed);
            SampleAgent.AddWorkSession(change, s_other);
        });

        Assert.Equal(InstanceStatus.Pending, agent.InstanceOf().Status);
    }

    [Fact]
    public void Completing_an_agent_ends_all_of_it_and_cancels_what_is_in_flight()
    {
        var agent = SampleAgent.New("a", "b").Sent().After(change => WorkSessionRules.EndAll(change, AgentStatus.Completed));

        Assert.Equal((AgentStatus.Completed, WorkSessionStatus.Cancelled), (agent.Status, agent.WorkSessions[0].Status));
        Assert.IsType<AgentStep.EndProcess>(AgentPlan.Next(agent));
        Assert.Equal(TurnState.Cancelled, agent.Heard(new AgentNotice.Ended(null, "TERM", null)).TurnOf("a").State);
    }

    [Fact]
    public void An_agent_that_is_over_stays_as_it_ended()
    {
        var agent = SampleAgent.New().After(change => WorkSessionRules.EndAll(change, AgentStatus.Cancelled));

        Assert.Equal(AgentStatus.Cancelled, agent.After(change => WorkSessionRules.EndAll(change, AgentStatus.Completed)).Status);
    }
}
