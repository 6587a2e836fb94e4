using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.Turns;

/// <summary>What became of a wish about turns.</summary>
internal enum TurnReply
{
    Changed,

    /// <summary>It is as it was wished already.</summary>
    Already,

    NotFound,

    /// <summary>The work session takes no more turns.</summary>
    WorkSessionOver,

    /// <summary>Only queued turns can be moved, edited or taken back.</summary>
    NotQueued,

    /// <summary>Only turns that failed or were cancelled can be tried again.</summary>
    NotToRetry,

    QueueFull,
}

/// <summary>The rules of the queue before a thread; pure.</summary>
internal static class TurnQueue
{
    /// <summary>A turn joins the queue, which goes on if it was held.</summary>
    public static TurnReply Add(AgentChange change, Turn turn, bool interrupts, int maxQueued)
    {
        var agent = change.Agent;
        if (agent.Find(turn.WorkSessionId) is not { } workSession)
        {
            return TurnReply.NotFound;
        }

        if (agent.IsOver || workSession.IsOver)
        {
            return TurnReply.WorkSessionOver;
        }

        if (agent.Queue(turn.WorkSessionId).Count() >= maxQueued)
        {
            return TurnReply.QueueFull;
        }

        if (interrupts)
        {
            if (agent.Queue(turn.WorkSessionId).FirstOrDefault() is { } head)
            {
                turn = turn with { Position = head.Position - 1 };
            }

            if (agent.InFlight(turn.WorkSessionId) is { } running)
            {
                Cancel(change, running.Id);
            }
        }

        change.Become(change.Agent.With(turn).With(workSession with
        {
            Status = WorkSessionStatus.Active,
            StartedAt = workSession.StartedAt ?? change.Now,
        }));
        ArchiveRules.TakeUp(change);
        GoOn(change, turn.WorkSessionId);
        return TurnReply.Changed;
    }

    /// <summary>A queued turn comes before another one, or last.</summary>
    public static TurnReply Move(AgentChange change, TurnId id, int place)
    {
        if (change.Agent.Find(id) is not { } turn)
        {
            return TurnReply.NotFound;
        }

        if (turn.State != TurnState.Queued)
        {
            return TurnReply.NotQueued;
        }

        var queue = change.Agent.Queue(turn.WorkSessionId).ToList();
        var positions = queue.ConvertAll(one => one.Position);
        queue.Remove(turn);
        queue.Insert(Math.Clamp(place, 0, queue.Count), turn);
        var agent = change.Agent;
        foreach (var (one, position) in queue.Zip(positions))
        {
            agent = one.Position == position ? agent : agent.With(one with { Position = position });
        }

        change.Become(agent);
        return TurnReply.Changed;
    }

    /// <summary>A queued turn is taken back, if it is queued still.</summary>
    public static TurnReply TakeBack(AgentChange change, TurnId id) => change.Agent.Find(id) switch
    {
        null => TurnReply.NotFound,
        { State: TurnState.Queued or TurnState.Cancelled } => Cancel(change, id),
        _ => TurnReply.NotQueued,
    };

    /// <summary>A queued turn is taken back; one in flight is to be ended by the program.</summary>
    public static TurnReply Cancel(AgentChange change, TurnId id)
    {
        if (change.Agent.Find(id) is not { } turn)
        {
            return TurnReply.NotFound;
        }

        if (turn.IsOver || turn.CancelRequestedAt is not null)
        {
            return TurnReply.Already;
        }

        if (turn.State == TurnState.Queued)
        {
            change.Become(change.Agent.With(turn.Finished(TurnState.Cancelled, stopReason: null, problem: null, change.Now)));
            return TurnReply.Changed;
        }

        change.Become(EffectRules.Withdraw(
            change.Agent.With(turn with { CancelRequestedAt = change.Now }),
            request => request.TurnId == id && request.EndsWhenCancelled,
            request => RequestAnswer.Cancelled(request.What),
            change.Now));
        return TurnReply.Changed;
    }

    /// <summary>A turn that failed or was cancelled is tried once more, before what is queued.</summary>
    public static TurnReply Retry(AgentChange change, TurnId id, long nextPosition)
    {
        if (change.Agent.Find(id) is not { } turn)
        {
            return TurnReply.NotFound;
        }

        if (turn.State is TurnState.Queued)
        {
            return TurnReply.Already;
        }

        if (turn.State is not (TurnState.Failed or TurnState.Cancelled))
        {
            return TurnReply.NotToRetry;
        }

        if (change.Agent is { Status: AgentStatus.Failed, Place.Path: null })
        {
            change.Become(change.Agent with { Status = AgentStatus.Preparing, Problem = null });
        }

        if (change.Agent.IsOver || change.Agent.Find(turn.WorkSessionId) is not { IsOver: false })
        {
            return TurnReply.WorkSessionOver;
        }

        var position = change.Agent.Queue(turn.WorkSessionId).FirstOrDefault() is { } head ? head.Position - 1 : nextPosition;
        change.Become(change.Agent.With(turn.Again(position)));
        ArchiveRules.TakeUp(change);
        GoOn(change, turn.WorkSessionId);
        return TurnReply.Changed;
    }

    /// <summary>The queue of a thread waits for a person: what came before it went wrong.</summary>
    public static void Hold(AgentChange change, WorkSessionId workSession)
    {
        if (change.Agent.ThreadOf(workSession) is { IsHeld: false } thread)
        {
            change.Become(change.Agent.With(thread with { IsHeld = true }));
        }
    }

    /// <summary>The queue of a thread goes on, if something had made it wait.</summary>
    public static void GoOn(AgentChange change, WorkSessionId workSession)
    {
        if (change.Agent.ThreadOf(workSession) is { IsHeld: true } thread)
        {
            change.Become(change.Agent.With(thread with { IsHeld = false }));
        }

        if (change.Agent.BuiltInOf(workSession) is { IsHeld: true } builtIn)
        {
            change.Become(change.Agent.With(builtIn with { IsHeld = false }));
        }

        Logins.LoginRules.Hold(change, workSession);
    }
}
