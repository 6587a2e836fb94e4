using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents;

/// <summary>What it means to set an agent aside, and to take it up again; pure.</summary>
internal static class ArchiveRules
{
    public static void Set(AgentChange change, bool isArchived)
    {
        if (isArchived)
        {
            Archive(change);
        }
        else
        {
            TakeUp(change);
        }
    }

    /// <summary>It leaves the lists: what it is doing ends and so does its process; what waits in its queue stays there.</summary>
    public static void Archive(AgentChange change)
    {
        if (change.Agent.ArchivedAt is not null)
        {
            return;
        }

        foreach (var turn in change.Agent.Turns.Where(turn => turn.IsInFlight).ToList())
        {
            TurnQueue.Cancel(change, turn.Id);
        }

        change.Become(change.Agent with
        {
            ArchivedAt = change.Now,
            Instance = change.Agent.Instance is { HasProcess: true } instance ? instance with { IsUnwanted = true } : change.Agent.Instance,
        });
    }

    /// <summary>It is back in the lists, and its queue goes on.</summary>
    public static void TakeUp(AgentChange change)
    {
        if (change.Agent.ArchivedAt is not null)
        {
            change.Become(change.Agent with { ArchivedAt = null });
        }
    }
}
