using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;

namespace Atelier.Server.Agents.Turns;

/// <summary>
/// When a turn is given up because nobody can answer it; pure. The clock runs only while nobody can: the instance cannot be reached or its process is gone, or the
/// prompt was sent and nothing at all has come back. Being told to end it and not ending it is no answer either. It stands while a person is
/// asked, and while the instance is connected and has begun.
/// </summary>
internal static class StaleRule
{
    /// <summary>When the turn is stale if nothing happens until then; null while the clock stands.</summary>
    public static DateTimeOffset? Due(Agent agent, Turn turn, TimeSpan limit)
    {
        // Models are watched where they are asked.
        if (!turn.IsInFlight || agent.BuiltInOf(turn.WorkSessionId) is not null || turn.DispatchedAt is not { } dispatched
            || agent.Requests.Exists(request => request.TurnId == turn.Id && request is { State: RequestState.Open, IsForPerson: true }))
        {
            return null;
        }

        // Where prompts wait for each other in the program, one that waits there is not forgotten.
        if (turn.State == TurnState.Sent && agent.Instance is { DisconnectedAt: null, Abilities.RunsTurnsInOrder: true }
            && agent.Turns.Exists(other => other.Id != turn.Id && other.State == TurnState.Running))
        {
            return null;
        }

        var lastSign = turn.LastEventAt ?? dispatched;
        return agent.Instance switch
        {
            // Both: nothing has come for so long, and nothing could have come.
            { DisconnectedAt: { } since } => Later(lastSign, since) + limit,

            // What it said while it could not be reached comes first; only then can its silence be told.
            { Status: InstanceStatus.Active } instance when turn is { IsCancelSent: true, CancelRequestedAt: { } cancelled } => Later(cancelled, instance.ReachedAt) + limit,
            { Status: InstanceStatus.Active } instance when turn.State == TurnState.Sent => Later(lastSign, instance.ReachedAt) + limit,
            _ => null,
        };
    }

    /// <summary>Why the turn is stale; null when it is not.</summary>
    public static string? Reason(Agent agent, Turn turn, TimeSpan limit, DateTimeOffset now) => Due(agent, turn, limit) is not { } due || now <= due ? null
        : agent.Instance is { DisconnectedAt: { } since } ? $"Its program cannot be reached since {Ago(now - since)}, and nothing has been heard of it."
        : turn is { IsCancelSent: true, CancelRequestedAt: { } cancelled } ? $"The program did not end it within {Ago(now - cancelled)}, and was ended."
        : $"The program has not said anything to it for {Ago(now - (turn.LastEventAt ?? turn.DispatchedAt ?? now))}.";

    /// <summary>When a turn of the agent is stale at the earliest; null while the clock stands for all of them.</summary>
    public static DateTimeOffset? NotBefore(Agent agent, TimeSpan limit) => agent.Turns.Select(turn => Due(agent, turn, limit)).Min();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other is { } at && at > one ? at : one;

    private static string Ago(TimeSpan time) => time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} seconds" : $"{time.TotalMinutes:0} minutes";
}
