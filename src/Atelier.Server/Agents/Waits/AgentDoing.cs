namespace Atelier.Server.Agents.Waits;

/// <summary>What an agent is doing now, in a word; derived, never stored.</summary>
internal enum AgentDoing
{
    Working,

    /// <summary>It cannot go on before a person has answered.</summary>
    Waiting,

    /// <summary>It has done what it was asked, and nobody has looked at that.</summary>
    ToReview,

    /// <summary>It could not do what it was asked, and nobody has looked at that.</summary>
    Failed,

    Idle,
}

internal static class AgentDoings
{
    /// <summary>What it is doing, and the kind of thing with which it waits for a person; null where it does not.</summary>
    public static (AgentDoing Doing, WaitKind? WaitsFor) Of(Agent agent)
    {
        var waits = AgentWaits.Of(agent).ToList();
        if (waits.Find(wait => wait.IsAsking) is { } asking)
        {
            return (AgentDoing.Waiting, asking.Kind);
        }

        if (agent.Status == AgentStatus.Preparing || agent.Turns.Exists(turn => turn.IsInFlight || (!agent.IsOver && AgentPlan.MayGoOn(agent, turn))))
        {
            return (AgentDoing.Working, null);
        }

        return waits.Exists(wait => wait.Kind == WaitKind.Failed) ? (AgentDoing.Failed, WaitKind.Failed)
            : waits.Count > 0 ? (AgentDoing.ToReview, WaitKind.Finished)
            : (AgentDoing.Idle, null);
    }
}
