using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;

namespace Atelier.Server.Agents.Turns;

/// <summary>
/// When a turn is given up because nobody can answer it; pure. The clock runs only while nobody can: the instance cannot be reached or its process is gone, or the
/// prompt was sent and nothing at all has come back. It stands while a person is asked, and while the instance is connected and has begun.
/// </summary>
internal static class StaleRule
{
    /// <summary>Why the turn is stale; null when it is not.</summary>
    public static string? Reason(Agent agent, Turn turn, TimeSpan limit, DateTimeOffset now)
    {
        if (!turn.IsInFlight || turn.DispatchedAt is not { } dispatched
            || agent.Requests.Exists(request => request.TurnId == turn.Id && request is { State: RequestState.Open, IsForPerson: true }))
        {
            return null;
        }

        var lastSign = turn.LastEventAt ?? dispatched;
        if (agent.Instance is { DisconnectedAt: { } since })
        {
            // Both: nothing has come for so long, and nothing could have come.
            return now - since > limit && now - lastSign > limit
                ? $"Its program cannot be reached since {Ago(now - since)}, and nothing has been heard of it."
                : null;
        }

        return agent.Instance is { Status: InstanceStatus.Active } && turn.State == TurnState.Sent && now - lastSign > limit
            ? $"The program has not said anything to it for {Ago(now - lastSign)}."
            : null;
    }

    /// <summary>When it may be stale at the earliest; null while the clock stands.</summary>
    public static DateTimeOffset? NotBefore(Agent agent, TimeSpan limit) => agent.Turns
        .Where(turn => turn.IsInFlight && (agent.Instance?.DisconnectedAt is not null || turn.State == TurnState.Sent))
        .Select(turn => (DateTimeOffset?)Later(turn.LastEventAt ?? turn.DispatchedAt ?? turn.CreatedAt, agent.Instance?.DisconnectedAt) + limit)
        .Min();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other is { } at && at > one ? at : one;

    private static string Ago(TimeSpan time) => time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} seconds" : $"{time.TotalMinutes:0} minutes";
}
