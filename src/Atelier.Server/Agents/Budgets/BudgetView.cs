namespace Atelier.Server.Agents.Budgets;

/// <summary>How much an agent may use; what is absent has no limit.</summary>
/// <param name="Tokens">Tokens.</param>
/// <param name="Minutes">Minutes in which it works on something and waits for nobody.</param>
/// <param name="Cost">Cost, in the currency that its program reports.</param>
internal sealed record BudgetRequest(long? Tokens = null, int? Minutes = null, decimal? Cost = null)
{
    public const long MostTokens = 1_000_000_000_000;
    public const int MostMinutes = 525_600;
    public const decimal MostCost = 1_000_000;

    /// <summary>Whether it says something that can be.</summary>
    public bool MayBe() => Tokens is null or (> 0 and <= MostTokens) && Minutes is null or (> 0 and <= MostMinutes) && Cost is null or (> 0 and <= MostCost);

    /// <summary>The budget; null when it limits nothing.</summary>
    public AgentBudget? Made() => this is { Tokens: null, Minutes: null, Cost: null } ? null : new AgentBudget(Tokens, Minutes, Cost);
}

/// <summary>An agent's budget as people see it.</summary>
internal sealed record BudgetView(long? Tokens, int? Minutes, decimal? Cost, BudgetPart? Reached, DateTimeOffset? ReachedAt, bool IsStopped)
{
    /// <summary>Null for a budget that limits nothing.</summary>
    public static BudgetView? Of(AgentBudget? budget) => budget is null or { Tokens: null, Minutes: null, Cost: null, ReachedAt: null }
        ? null
        : new BudgetView(budget.Tokens, budget.Minutes, budget.Cost, budget.Reached, budget.ReachedAt, budget.IsStopped);
}

/// <summary>What an agent has used, as far as its program reports it.</summary>
/// <param name="Tokens">Tokens.</param>
/// <param name="WorkedSeconds">Working time up to <paramref name="WorkingSince"/>.</param>
/// <param name="WorkingSince">Since when it works on something and waits for nobody; null while it does not.</param>
/// <param name="Cost">Cost.</param>
/// <param name="Currency">Of the cost; null where none was reported.</param>
internal sealed record SpendingView(long Tokens, long WorkedSeconds, DateTimeOffset? WorkingSince, decimal Cost, string? Currency)
{
    public static SpendingView Of(AgentSpending spent) => new(spent.Tokens, spent.WorkedMilliseconds / 1000, spent.WorkingSince, spent.Cost, spent.Currency);
}
