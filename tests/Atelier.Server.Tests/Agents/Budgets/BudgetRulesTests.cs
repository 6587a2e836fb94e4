using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;

namespace Atelier.Server.Tests.Agents.Budgets;

/// <summary>What is counted, and what becomes of an agent that has used what it may.</summary>
public sealed class BudgetRulesTests
{
    [Fact]
    public void Growth_of_the_context_is_counted_and_a_turns_own_figure_where_it_says_more()
    {
        var agent = With(null).Hears(Usage(100)).Hears(Usage(250)).Hears(Usage(40)).Hears(Usage(60));
        Assert.Equal(270, agent.Spending.Tokens);

        agent = agent.Hears(new AgentNotice.TurnEnded(3, "end_turn", JsonSerializer.SerializeToElement(new { totalTokens = 1_000 })));

        Assert.Equal(1_000, agent.Spending.Tokens);
    }

    [Fact]
    public void A_cost_is_counted_once_and_again_from_nothing_when_a_conversation_begins_anew()
    {
        var agent = With(null).Hears(Usage(1, 0.5m)).Hears(Usage(2, 0.75m)).Hears(Usage(3, 0.25m));

        Assert.Equal((1.0m, "USD"), (agent.Spending.Cost, agent.Spending.Currency));
    }

    [Theory]
    [InlineData("""{"used":-5,"cost":{"amount":-1}}""")]
    [InlineData("""{"used":1e300,"cost":{"amount":1e300}}""")]
    [InlineData("""{"used":"7","cost":7}""")]
    [InlineData("""[]""")]
    public void What_is_no_figure_counts_nothing(string payload)
    {
        var agent = With(null).Hears(new AgentNotice.Said("c1", "usage", JsonElement.Parse(payload)));

        Assert.Equal((0, 0), (agent.Spending.Tokens, agent.Spending.Cost));
    }

    [Fact]
    public void Working_time_stands_while_a_person_is_asked()
    {
        var agent = With(null).Hears(SampleAgent.Chunk(), At(1)).Hears(SampleAgent.Permission(), At(2)).Hears(new AgentNotice.Withdrew("7"), At(10));

        Assert.Equal(TimeSpan.FromMinutes(2 + 3).TotalMilliseconds, agent.Spending.WorkedUntil(At(13)));
    }

    [Fact]
    [Trait("rule", "IN8")]
    public void A_reached_budget_interrupts_holds_the_queue_and_asks()
    {
        var agent = With(new AgentBudget(Tokens: 100), "a", "b").Hears(Usage(100));

        Assert.NotNull(agent.TurnOf("a").CancelRequestedAt);
        Assert.Equal(WaitKind.Budget, Assert.Single(AgentWaits.Of(agent)).Kind);
        Assert.IsType<AgentStep.Cancel>(AgentPlan.Next(agent));
        agent = agent.Steps(1).Hears(new AgentNotice.TurnEnded(3, "cancelled", Usage: null));
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(agent));
        Assert.Equal((AgentDoing.Waiting, WaitKind.Budget), AgentDoings.Of(agent));
    }

    [Fact]
    [Trait("rule", "IN8")]
    public void As_much_again_takes_up_what_was_interrupted_once_the_program_has_let_go_of_it()
    {
        var agent = With(new AgentBudget(Tokens: 100), "a", "b").Hears(Usage(130)).Steps(1).Decides(change => Assert.True(BudgetRules.Continue(change)));
        Assert.Empty(AgentWaits.Of(agent));

        agent = agent.Hears(new AgentNotice.TurnEnded(3, "cancelled", Usage: null));

        Assert.Equal(["a", "b"], agent.Queue(SampleAgent.Main).Select(turn => turn.Id.Value));
        Assert.Equal(2, agent.TurnOf("a").Attempt);
        agent = agent.Steps(1).Hears(Usage(229));
        Assert.Empty(AgentWaits.Of(agent));
        Assert.NotEmpty(AgentWaits.Of(agent.Hears(Usage(230))));
    }

    [Fact]
    [Trait("rule", "IN8")]
    public void A_stopped_agent_asks_again_when_somebody_asks_it_something()
    {
        var agent = With(new AgentBudget(Tokens: 100), "a", "b").Hears(Usage(130)).Decides(change => Assert.True(BudgetRules.Stop(change)));
        Assert.Empty(AgentWaits.Of(agent));
        Assert.Empty(agent.Queue(SampleAgent.Main));

        agent = agent.Decides(change => TurnQueue.Add(change, SampleAgent.NewTurn("c", 9), interrupts: false, maxQueued: 9));

        Assert.Equal("1.b2", Assert.Single(AgentWaits.Of(agent)).Key.Split('-')[^1]);
    }

    [Fact]
    public void Minutes_are_used_up_by_time_alone()
    {
        var agent = With(new AgentBudget(Minutes: 10)).Hears(SampleAgent.Chunk(), At(4));
        Assert.Equal(At(10), StandingRules.DueAt(agent));

        agent = agent.Decides(StandingRules.TakeTime, At(10));

        Assert.Equal("10 minutes of work are used up.", agent.Budget?.Said());
        Assert.Null(StandingRules.DueAt(agent));
    }

    [Fact]
    public void A_greater_budget_lets_it_go_on()
    {
        var agent = With(new AgentBudget(Tokens: 100)).Hears(Usage(130)).Steps(1).Hears(new AgentNotice.TurnEnded(3, "cancelled", Usage: null));

        agent = agent.Decides(change => BudgetRules.Set(change, new AgentBudget(Tokens: 200)));

        Assert.Equal(TurnState.Queued, agent.TurnOf("a").State);
        Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(agent));
    }

    private static DateTimeOffset At(int minute) => SampleAgent.Start.AddMinutes(minute);

    /// <summary>An agent that works on its first turn.</summary>
    private static Agent With(AgentBudget? budget, params string[] queued) => (SampleAgent.New(queued) with { Budget = budget }).ThreadOpen().Decides(change =>
        Assert.True(AgentCommands.SayPrompt(change, Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(change.Agent)), history: null)));

    private static AgentNotice.Said Usage(long used, decimal? cost = null) => new("c1", "usage", cost is { } amount
        ? JsonSerializer.SerializeToElement(new { used, size = 1_000_000, cost = new { amount, currency = "USD" } })
        : JsonSerializer.SerializeToElement(new { used, size = 1_000_000 }));
}

/// <summary>Changes with all that follows from them, as the owner makes them.</summary>
internal static class StandingRuleSteps
{
    public static Agent Decides(this Agent agent, Action<AgentChange> decide, DateTimeOffset? now = null, params PermissionRule[] rules) => agent.After(
        change =>
        {
            decide(change);
            StandingRules.Apply(change, rules, new AgentsOptions(), nextPosition: 1_000_000);
        },
        now);

    public static Agent Hears(this Agent agent, AgentNotice notice, DateTimeOffset? now = null, params PermissionRule[] rules) =>
        agent.Decides(change => AgentNotices.Take(change, change.Agent.Instance?.Epoch ?? 0, notice, () => new Atelier.Server.Agents.Requests.RequestId($"req-{change.Agent.Requests.Count + 1}")), now, rules);
}
