using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.ModelProviders;

namespace Atelier.Server.Agents.WorkSessions;

internal enum WorkSessionReply
{
    Changed,
    Already,
    NotFound,
    AgentIsOver,

    /// <summary>A turn of it is in flight.</summary>
    TurnInFlight,

    TooMany,

    /// <summary>Another work session has the conversation that was to be taken up.</summary>
    ConversationTaken,
}

/// <summary>The rules of an agent's work sessions, its one instance and their threads; pure.</summary>
internal static class WorkSessionRules
{
    /// <summary>Work sessions of one agent at most.</summary>
    public const int Most = 64;

    /// <summary>Adds one. The first that needs an instance brings it along, later ones join it.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="workSession">What is added.</param>
    /// <param name="newInstance">Gives the instance, if there is none.</param>
    /// <param name="newThread">Gives its thread.</param>
    /// <param name="conversation">The conversation of the program that it goes on with; null for a new one.</param>
    /// <param name="provider">The model provider that it asks where no program does the work; null for the default.</param>
    public static WorkSessionReply Add(
        AgentChange change, WorkSession workSession, Func<AgentInstance> newInstance, Func<AgentThread> newThread, string? conversation = null, ModelProviderId? provider = null)
    {
        if (change.Agent.IsOver)
        {
            return WorkSessionReply.AgentIsOver;
        }

        if (change.Agent.WorkSessions.Count >= Most)
        {
            return WorkSessionReply.TooMany;
        }

        if (conversation is not null && !ConversationRules.IsFree(change.Agent, conversation))
        {
            return WorkSessionReply.ConversationTaken;
        }

        var agent = (conversation is null ? change.Agent : ConversationRules.WithoutConversation(change.Agent, conversation)).With(workSession);
        if (workSession.Type == AgentType.ZedAgent)
        {
            var instance = agent.Instance ?? newInstance();
            agent = agent with
            {
                Instance = instance.Status == InstanceStatus.Completed ? instance with { Status = InstanceStatus.Pending } : instance,
                Threads = agent.Threads.Add(newThread() with { ProgramThreadId = conversation, TakesUp = conversation is not null }),
            };
        }
        else
        {
            agent = agent.With(new BuiltInThread { WorkSessionId = workSession.Id, ProviderId = provider, CreatedAt = change.Now });
        }

        change.Become(agent);
        return WorkSessionReply.Changed;
    }

    /// <summary>Ends one, well or not. When all are over the instance is, too.</summary>
    public static WorkSessionReply End(AgentChange change, WorkSessionId id, WorkSessionStatus status)
    {
        if (change.Agent.Find(id) is not { } workSession)
        {
            return WorkSessionReply.NotFound;
        }

        if (workSession.IsOver)
        {
            return WorkSessionReply.Already;
        }

        if (status == WorkSessionStatus.Completed && change.Agent.InFlight(id) is not null)
        {
            return WorkSessionReply.TurnInFlight;
        }

        foreach (var turn in change.Agent.Turns.Where(turn => turn.WorkSessionId == id && !turn.IsOver).ToList())
        {
            TurnQueue.Cancel(change, turn.Id);
        }

        change.Become(change.Agent.With(workSession with { Status = status, CompletedAt = change.Now }));
        if (change.Agent.ThreadOf(id) is { } thread)
        {
            change.Become(change.Agent.With(thread with { Status = status == WorkSessionStatus.Failed ? ThreadStatus.Failed : ThreadStatus.Completed }));
        }

        EndInstanceWhenDone(change);
        return WorkSessionReply.Changed;
    }

    /// <summary>Ends the agent and everything of it.</summary>
    public static void EndAll(AgentChange change, AgentStatus status)
    {
        if (change.Agent.IsOver)
        {
            return;
        }

        var outcome = status == AgentStatus.Completed ? WorkSessionStatus.Completed : WorkSessionStatus.Cancelled;
        foreach (var turn in change.Agent.Turns.Where(turn => !turn.IsOver).ToList())
        {
            TurnQueue.Cancel(change, turn.Id);
        }

        foreach (var workSession in change.Agent.WorkSessions.Where(one => !one.IsOver).ToList())
        {
            if (End(change, workSession.Id, outcome) == WorkSessionReply.TurnInFlight)
            {
                End(change, workSession.Id, WorkSessionStatus.Cancelled);
            }
        }

        change.Become(change.Agent with { Status = status, CompletedAt = change.Now });
        EndInstanceWhenDone(change);
    }

    private static void EndInstanceWhenDone(AgentChange change)
    {
        if (change.Agent.Instance is { Status: not InstanceStatus.Completed } instance
            && change.Agent.WorkSessions.TrueForAll(one => one.IsOver || one.Type != AgentType.ZedAgent))
        {
            change.Become(change.Agent with { Instance = instance with { Status = InstanceStatus.Completed, IsUnwanted = instance.HasProcess } });
            LoginRules.Drop(change);
            ConversationRules.GiveUp(change, "The agent needs its program no more.");
        }
    }
}
