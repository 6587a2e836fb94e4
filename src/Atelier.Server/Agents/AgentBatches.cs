namespace Atelier.Server.Agents;

/// <summary>What a batch leaves behind beside what its notices do; pure.</summary>
internal static class AgentBatches
{
    /// <summary>Everything before the offset is stored, and turns in flight have been heard of.</summary>
    public static void Close(AgentChange change, long offset)
    {
        if (change.Agent.Instance is not { } instance)
        {
            return;
        }

        var spoken = change.Events.Select(one => one.TurnId).ToHashSet();
        change.Become(change.Agent with
        {
            Instance = instance with { LogOffset = offset, LastActivityAt = change.Now },
            Turns = spoken.Count == 0 ? change.Agent.Turns : change.Agent.Turns.ConvertAll(turn => turn.IsInFlight && spoken.Contains(turn.Id) ? turn with { LastEventAt = change.Now } : turn),
        });
    }
}
