using System.Text.Json;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.Waits;

/// <summary>What an agent waits for a person with.</summary>
internal enum WaitKind
{
    /// <summary>Its program wants leave to do something.</summary>
    Permission,

    /// <summary>Its program has a question.</summary>
    Question,

    /// <summary>It has used what it may use.</summary>
    Budget,

    /// <summary>What it was asked last could not be done.</summary>
    Failed,

    /// <summary>It has done what it was asked.</summary>
    Finished,
}

/// <summary>Something with which an agent waits for a person.</summary>
/// <param name="Key">Tells it apart from all others, of all agents.</param>
/// <param name="Kind">What.</param>
/// <param name="WorkSessionId">Where; null for the agent as a whole.</param>
/// <param name="TurnId">The turn it belongs to; null for none.</param>
/// <param name="RequestId">The question; null when it is none.</param>
/// <param name="Since">Since when.</param>
/// <param name="ExpiresAt">When it is answered without a person; null for never.</param>
internal sealed record AgentWait(
    string Key, WaitKind Kind, WorkSessionId? WorkSessionId, TurnId? TurnId, RequestId? RequestId, DateTimeOffset Since, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>Whether the agent cannot go on without an answer.</summary>
    public bool IsAsking => Kind is WaitKind.Permission or WaitKind.Question or WaitKind.Budget;
}

/// <summary>What an agent waits for a person with, from its record alone. The inbox has a row for each, and no other that is open.</summary>
internal static class AgentWaits
{
    private const int MostWords = 300;

    /// <summary>All of them; what asks for an answer comes first.</summary>
    public static IEnumerable<AgentWait> Of(Agent agent)
    {
        foreach (var request in agent.Requests.Where(one => one is { State: RequestState.Open, IsForPerson: true }))
        {
            yield return new AgentWait(
                KeyOf(request.Id.Value),
                request.What == AgentRequest.Permission ? WaitKind.Permission : WaitKind.Question,
                request.WorkSessionId,
                request.TurnId,
                request.Id,
                request.CreatedAt,
                request.ExpiresAt);
        }

        if (agent.ArchivedAt is not null || agent.Status is AgentStatus.Completed or AgentStatus.Cancelled)
        {
            yield break;
        }

        if (agent.Budget is { ReachedAt: { } reached, IsStopped: false } budget)
        {
            yield return new AgentWait($"{KeyOf(agent.Id.Value)}.b{budget.TimesReached}", WaitKind.Budget, WorkSessionId: null, TurnId: null, RequestId: null, reached);
        }

        foreach (var workSession in agent.WorkSessions.Where(one => !one.IsOver))
        {
            if (Outcome(agent, workSession) is ({ FinishedAt: { } since } turn, var kind))
            {
                yield return new AgentWait($"{KeyOf(turn.Id.Value)}.{turn.Attempt}", kind, workSession.Id, turn.Id, RequestId: null, since);
            }
        }
    }

    /// <summary>What it is about, in words.</summary>
    public static string TitleOf(Agent agent, AgentWait wait) => Fit(wait.Kind switch
    {
        WaitKind.Budget => agent.Budget?.Said() ?? "",
        WaitKind.Finished or WaitKind.Failed => wait.TurnId is { } turn ? agent.Find(turn)?.Text ?? "" : "",
        _ => agent.Requests.Find(one => one.Id == wait.RequestId) is { } request ? TitleOf(request) : "",
    }) is { Length: > 0 } title ? title : Fit(agent.Title ?? agent.TaskRequest);

    /// <summary>What a question is about, in words.</summary>
    public static string TitleOf(AgentRequest request)
    {
        using var payload = JsonDocument.Parse(request.Payload);
        var call = payload.RootElement.Member("toolCall");
        return Fit((request.What == AgentRequest.Permission
            ? call?.Member("rawInput")?.Member("command")?.Text() ?? call?.Member("title")?.Text()
            : payload.RootElement.Member("message")?.Text()) ?? "");
    }

    /// <summary>More about it; null where the title says all.</summary>
    public static string? SummaryOf(Agent agent, AgentWait wait) =>
        wait is { Kind: WaitKind.Failed, TurnId: { } turn } && agent.Find(turn)?.Problem is { } problem ? Fit(problem) : null;

    private static (Turn? Turn, WaitKind Kind) Outcome(Agent agent, WorkSession workSession)
    {
        var last = agent.Turns.Where(turn => turn.WorkSessionId == workSession.Id && turn.IsOver && !turn.IsTakenBack).MaxBy(turn => (turn.FinishedAt, turn.Position));
        if (last is not { State: TurnState.Done or TurnState.Failed, FinishedAt: { } at } || workSession.ReviewedAt >= at || (last.State == TurnState.Done && agent.LandedAt >= at))
        {
            return default;
        }

        var next = agent.Turns.Where(turn => turn.WorkSessionId == workSession.Id && !turn.IsOver);
        return last.State == TurnState.Done
            ? next.Any() ? default : (last, WaitKind.Finished)
            : next.Any(turn => turn.CreatedAt > at || turn.Attempt > 1) ? default : (last, WaitKind.Failed); // what was queued before does not make it good
    }

    /// <summary>An id without the prefix of its kind.</summary>
    private static string KeyOf(string id) => id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..];

    private static string Fit(string text)
    {
        var line = text.Kept().ReplaceLineEndings(" ").Trim();
        return line.Length <= MostWords ? line : line.Beginning(MostWords - 1) + "…";
    }
}
