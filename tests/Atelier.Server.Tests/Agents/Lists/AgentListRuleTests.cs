using Atelier.Server.Agents;
using Atelier.Server.Agents.Lists;
using Atelier.Server.Agents.Waits;

namespace Atelier.Server.Tests.Agents.Lists;

public sealed class AgentListRuleTests
{
    [Fact]
    public void A_place_in_a_list_is_read_as_it_was_written()
    {
        var place = new AgentPlaceInList(SampleAgent.Start.AddMicroseconds(7), new AgentId("agt one"));

        Assert.Equal(place, AgentPlaceInList.Of(place.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("&&&")]
    [InlineData("OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5IGFndF8x")]
    public void What_is_no_place_in_a_list_is_none(string text) => Assert.Null(AgentPlaceInList.Of(text));

    [Fact]
    public void Each_agent_stands_in_a_column() =>
        Assert.All(Enum.GetValues<AgentDoing>(), doing => Assert.True(Enum.IsDefined(AgentColumns.Of(AgentView.Of(SampleAgent.New()) with { Doing = doing }))));

    [Fact]
    public void An_agent_that_is_archived_ends_what_it_does_and_its_process_and_keeps_its_queue()
    {
        var agent = SampleAgent.New("a", "b").Sent().After(ArchiveRules.Archive);

        Assert.True(agent is { ArchivedAt: not null, Instance.IsUnwanted: true });
        Assert.NotNull(agent.TurnOf("a").CancelRequestedAt);
        Assert.IsType<AgentStep.EndProcess>(AgentPlan.Next(agent));
        Assert.Single(agent.Queue(SampleAgent.Main));
    }

    [Fact]
    public void The_queue_of_an_archived_agent_waits_until_it_is_taken_up()
    {
        var archived = SampleAgent.New("a").Placed().After(ArchiveRules.Archive);

        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(archived));
        Assert.IsType<AgentStep.BeginProcess>(AgentPlan.Next(archived.After(ArchiveRules.TakeUp)));
    }

    [Fact]
    public void A_message_takes_an_archived_agent_up()
    {
        var agent = SampleAgent.New("a").Placed().After(ArchiveRules.Archive).After(change =>
            Server.Agents.Turns.TurnQueue.Add(change, SampleAgent.NewTurn("b", 2), interrupts: false, maxQueued: 10));

        Assert.Null(agent.ArchivedAt);
    }

    [Fact]
    public void A_retry_takes_an_archived_agent_up()
    {
        var agent = SampleAgent.New("a").Placed().After(change => Server.Agents.Turns.TurnQueue.Cancel(change, new("a"))).After(ArchiveRules.Archive)
            .After(change => Server.Agents.Turns.TurnQueue.Retry(change, new("a"), nextPosition: 9));

        Assert.Null(agent.ArchivedAt);
    }
}
