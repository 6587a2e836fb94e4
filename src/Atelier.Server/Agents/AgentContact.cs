using System.Collections.Immutable;
using Atelier.Protocol.HostLink;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents;

/// <summary>What becomes of an agent when its process can be reached, or not, and as time passes; pure.</summary>
internal static class AgentContact
{
    /// <summary>There is a link to the host, and the process is being followed.</summary>
    public static void Reached(AgentChange change)
    {
        if (change.Agent.Instance is { HasProcess: true, IsStarted: true } instance)
        {
            change.Become(change.Agent with
            {
                Instance = instance with
                {
                    Status = instance is { Status: InstanceStatus.Disconnected } ? (instance.Abilities is null ? InstanceStatus.Pending : InstanceStatus.Active) : instance.Status,
                    ReachedAt = change.Now,
                    DisconnectedAt = null,
                },
                Threads = change.Agent.Threads.Select(thread => thread.Status == ThreadStatus.Disconnected && thread.OpenEpoch == instance.Epoch
                    ? thread with { Status = ThreadStatus.Active }
                    : thread).ToImmutableList(),
            });
        }
    }

    /// <summary>There is no link to the host; the process goes on without us.</summary>
    public static void Lost(AgentChange change)
    {
        if (change.Agent.Instance is { HasProcess: true, IsStarted: true, DisconnectedAt: null } instance)
        {
            change.Become(change.Agent with
            {
                Instance = instance with
                {
                    Status = instance.Status is InstanceStatus.Active or InstanceStatus.Pending ? InstanceStatus.Disconnected : instance.Status,
                    DisconnectedAt = change.Now,
                },
                Threads = change.Agent.Threads.ConvertAll(thread => thread.Status == ThreadStatus.Active ? thread with { Status = ThreadStatus.Disconnected } : thread),
            });
        }
    }

    /// <summary>Turns that nobody can answer any more fail, and their queues wait for a person. Gives why, by turn.</summary>
    public static IReadOnlyList<(TurnId Turn, string Reason)> FailStale(AgentChange change, TimeSpan limit)
    {
        var stale = new List<(TurnId, string)>();
        foreach (var turn in change.Agent.Turns)
        {
            if (StaleRule.Reason(change.Agent, turn, limit, change.Now) is { } reason)
            {
                var isWished = turn.CancelRequestedAt is not null;
                change.Become(change.Agent.With(turn.Finished(isWished ? TurnState.Cancelled : TurnState.Failed, stopReason: null, reason, change.Now)));
                if (!isWished)
                {
                    TurnQueue.Hold(change, turn.WorkSessionId);
                }

                EndAtProgram(change, turn);
                stale.Add((turn.Id, reason));
            }
        }

        return stale;
    }

    /// <summary>Since when the process has nothing to do; null when there is none, or it has.</summary>
    public static DateTimeOffset? IdleFrom(Agent agent) =>
        agent.Instance is { HasProcess: true, IsUnwanted: false } instance && !agent.Turns.Exists(turn => turn.IsInFlight || AgentPlan.MayGoOn(agent, turn))
            ? instance.LastActivityAt ?? instance.CreatedAt
            : null;

    /// <summary>A process that has had nothing to do for a while is to end.</summary>
    public static void EndIdle(AgentChange change, TimeSpan after)
    {
        if (change.Agent.Instance is { HasProcess: true, IsStarted: true, IsUnwanted: false } instance
            && IdleFrom(change.Agent) is { } from && change.Now - from > after)
        {
            change.Become(change.Agent with { Instance = instance with { IsUnwanted = true } });
        }
    }

    /// <summary>The program may have a turn after all that was given up: it is told to end it, or else is ended, so that what is asked next does not meet it.</summary>
    private static void EndAtProgram(AgentChange change, Turn turn)
    {
        if (change.Agent.Instance is not { HasProcess: true } instance || turn.Epoch != instance.Epoch)
        {
            return;
        }

        if (change.Agent.Protocol == AgentProtocol.Zed && instance.DisconnectedAt is not null)
        {
            return; // when it connects it says what it has, and goes on with that, or is told to end it
        }

        if (turn.IsCancelSent)
        {
            change.Become(change.Agent with { Instance = instance with { IsUnwanted = true } });
        }
        else if (change.Agent.ThreadOf(turn.WorkSessionId) is { ProgramThreadId: { } thread })
        {
            change.Say(new AgentCommand.Cancel(thread) { RequestId = turn.RequestId });
        }
    }
}
