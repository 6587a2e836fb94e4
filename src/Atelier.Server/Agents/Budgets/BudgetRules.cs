using System.Text.Json;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.Budgets;

/// <summary>
/// What an agent has used, and what becomes of it when that is as much as it may; pure. Reaching a budget fails nothing: the queue waits, what is in flight is
/// interrupted as a person would interrupt it, and a person is asked.
/// </summary>
internal static class BudgetRules
{
    /// <summary>Counts what a change has told, looks whether that was all there is, and goes on with what was interrupted once there is more.</summary>
    /// <param name="change">Written into; everything else of it is decided.</param>
    /// <param name="nextPosition">A position after all turns.</param>
    public static void Apply(AgentChange change, long nextPosition)
    {
        Count(change);
        Look(change);
        TakeUp(change, nextPosition);
    }

    /// <summary>Looks whether the budget is reached.</summary>
    public static void Look(AgentChange change)
    {
        if (change.Agent is not { IsOver: false, Budget: { } budget } agent)
        {
            return;
        }

        if (budget.Holds)
        {
            if (budget.IsStopped && agent.Turns.Exists(turn => turn.State == TurnState.Queued))
            {
                Become(change, budget with { IsStopped = false, ReachedAt = change.Now, TimesReached = budget.TimesReached + 1 }); // somebody wants more of it after all
            }

            return;
        }

        if (Passed(budget, agent.Spending, change.Now) is not { } part)
        {
            return;
        }

        var running = agent.Turns.Where(turn => turn is { IsInFlight: true, CancelRequestedAt: null }).Select(turn => turn.Id).ToList();
        Become(change, budget with { Reached = part, ReachedAt = change.Now, TimesReached = budget.TimesReached + 1, Interrupted = budget.Interrupted.AddRange(running) });
        foreach (var turn in running)
        {
            TurnQueue.Cancel(change, turn);
        }
    }

    /// <summary>It may use as much again. False when its budget is not reached.</summary>
    public static bool Continue(AgentChange change)
    {
        if (change.Agent.Budget is not { Holds: true } budget)
        {
            return false;
        }

        var spent = change.Agent.Spending;
        Become(change, budget with { From = new BudgetStart(spent.Tokens, spent.WorkedUntil(change.Now), spent.Cost), Reached = null, ReachedAt = null, IsStopped = false });
        return true;
    }

    /// <summary>It does not go on; what waits is taken back. False when its budget is not reached, or that was said before.</summary>
    public static bool Stop(AgentChange change)
    {
        if (change.Agent.Budget is not { Holds: true, IsStopped: false } budget)
        {
            return false;
        }

        Become(change, budget with { IsStopped = true, Interrupted = [] });
        foreach (var turn in change.Agent.Turns.Where(turn => turn.State == TurnState.Queued).ToList())
        {
            TurnQueue.Cancel(change, turn.Id);
        }

        return true;
    }

    /// <summary>It has another budget from now on, which counts from its beginning; null for none.</summary>
    public static void Set(AgentChange change, AgentBudget? budget)
    {
        var was = change.Agent.Budget;
        change.Become(change.Agent with
        {
            Budget = budget is null && was is null ? null : (budget ?? new AgentBudget()) with { TimesReached = was?.TimesReached ?? 0, Interrupted = was?.Interrupted ?? [] },
        });
    }

    /// <summary>When the minutes are used up if nothing happens until then; null while they are not counted.</summary>
    public static DateTimeOffset? DueAt(Agent agent) =>
        agent is { IsOver: false, Budget: { Minutes: { } minutes, Holds: false } budget, Spending: { WorkingSince: { } since } spending }
            ? since.AddMilliseconds((minutes * 60_000L) + budget.From.Milliseconds - spending.WorkedMilliseconds)
            : null;

    private static BudgetPart? Passed(AgentBudget budget, AgentSpending spent, DateTimeOffset now) =>
        spent.Tokens - budget.From.Tokens >= budget.Tokens ? BudgetPart.Tokens
        : spent.WorkedUntil(now) - budget.From.Milliseconds >= budget.Minutes * 60_000L ? BudgetPart.Minutes
        : spent.Cost - budget.From.Cost >= budget.Cost ? BudgetPart.Cost
        : null;

    /// <summary>What was interrupted is asked again, once the program has let go of it.</summary>
    private static void TakeUp(AgentChange change, long nextPosition)
    {
        if (change.Agent.Budget is not { Holds: false, Interrupted: { IsEmpty: false } interrupted } budget)
        {
            return;
        }

        var left = interrupted.RemoveAll(id => change.Agent.Find(id) is not { IsInFlight: true });
        if (left.Count == interrupted.Count)
        {
            return;
        }

        Become(change, budget with { Interrupted = left });
        foreach (var id in interrupted.Except(left).Where(id => change.Agent.Find(id) is { State: TurnState.Cancelled }))
        {
            TurnQueue.Retry(change, id, nextPosition);
        }
    }

    private static void Count(AgentChange change)
    {
        var spending = change.Agent.Spending;
        foreach (var told in change.Events)
        {
            if (told.Kind is EventKinds.Usage or EventKinds.TurnUsage && told.WorkSessionId is { } workSession)
            {
                spending = Counted(spending, workSession.Value, told);
            }
        }

        var works = change.Agent.Turns.Exists(turn => turn.IsInFlight
            && !change.Agent.Requests.Exists(request => request.TurnId == turn.Id && request is { State: RequestState.Open, IsForPerson: true }));
        if (works != spending.WorkingSince is not null)
        {
            spending = spending with { WorkedMilliseconds = spending.WorkedUntil(change.Now), WorkingSince = works ? change.Now : null };
        }

        if (!ReferenceEquals(spending, change.Agent.Spending))
        {
            change.Become(change.Agent with { Spending = spending });
        }
    }

    private static AgentSpending Counted(AgentSpending spending, string workSession, EventDraft told)
    {
        using var payload = JsonDocument.Parse(told.Payload);
        var last = spending.Threads.GetValueOrDefault(workSession, new LastUsage(Used: 0, InTurn: 0, Cost: 0));
        long tokens = 0;
        decimal cost = 0;
        if (told.Kind == EventKinds.TurnUsage)
        {
            // What its program says of the whole turn counts, as far as it was not counted on the way.
            tokens = Math.Max(0, TokensIn(payload.RootElement) - last.InTurn);
            last = last with { InTurn = 0 };
        }
        else
        {
            var used = Number(payload.RootElement, "used") ?? last.Used;
            tokens = Math.Max(0, used - last.Used); // a context that was made smaller gives nothing back
            var said = CostIn(payload.RootElement);
            cost = said is not { } all ? 0 : all >= last.Cost ? all - last.Cost : all; // a conversation that began anew counts from nothing
            last = new LastUsage(used, last.InTurn + tokens, said ?? last.Cost);
        }

        return spending with
        {
            Tokens = spending.Tokens + tokens,
            Cost = spending.Cost + cost,
            Currency = CurrencyIn(payload.RootElement) ?? spending.Currency,
            Threads = spending.Threads.SetItem(workSession, last),
        };
    }

    private static long TokensIn(JsonElement usage) =>
        Number(usage, "totalTokens") ?? (Number(usage, "inputTokens") ?? 0) + (Number(usage, "outputTokens") ?? 0) + (Number(usage, "thoughtTokens") ?? 0);

    private static decimal? CostIn(JsonElement usage) =>
        usage.Member("cost")?.Member("amount") is { ValueKind: JsonValueKind.Number } amount && amount.TryGetDecimal(out var value) && value is >= 0 and < 1_000_000_000 ? value : null;

    private static string? CurrencyIn(JsonElement usage) => usage.Member("cost")?.Member("currency")?.Text()?.Kept() is { Length: > 0 and <= 8 } currency ? currency : null;

    /// <summary>A number of tokens; null for what is none.</summary>
    private static long? Number(JsonElement usage, string name) =>
        usage.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value is >= 0 and < 1_000_000_000_000 ? value : null;

    private static void Become(AgentChange change, AgentBudget budget) => change.Become(change.Agent with { Budget = budget });
}
