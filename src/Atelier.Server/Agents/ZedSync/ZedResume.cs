using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>What becomes of an agent when Zed has connected: what is opened again, what Zed has, and what is sent once more; pure.</summary>
/// <remarks>Zed acknowledges nothing and numbers nothing, so this table stands for that (docs/protocols/zed-sync.md).</remarks>
internal static class ZedResume
{
    /// <summary>A connection has been made. Nothing is open in it, and it is not known yet what Zed has.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="state">What is known of the connection.</param>
    /// <param name="unsaid">Commands that were never sent.</param>
    public static ZedState Connected(AgentChange change, ZedState state, IReadOnlyList<NumberedCommand> unsaid)
    {
        if (change.Agent.Instance is not { HasProcess: true } instance)
        {
            return state;
        }

        // What was for an earlier connection is planned anew, and in its order.
        foreach (var command in unsaid.Where(one => one.Command is not AgentCommand.Answer))
        {
            change.Sending(command);
        }

        foreach (var turn in change.Agent.Turns.FindAll(one => one.IsInFlight && one.Epoch == instance.Epoch))
        {
            if (unsaid.Any(one => one.Epoch == instance.Epoch && one.Sequence == turn.Sequence && one.Command is AgentCommand.Prompt))
            {
                NotDelivered(change, turn);
                continue;
            }

            state = state with { Undecided = state.Undecided.Add(turn.RequestId) };
            if (turn.IsCancelSent)
            {
                change.Become(change.Agent.With(turn with { IsCancelSent = false }));
            }
        }

        change.Become(change.Agent with
        {
            Instance = instance with { OpeningSequence = null, Abilities = null },
            Threads = change.Agent.Threads.ConvertAll(thread => thread.Disconnected()),
        });
        return state;
    }

    /// <summary>Zed takes prompts, or has opened a thread; and may say which requests it has.</summary>
    public static ZedState Ready(AgentChange change, ZedState state, ZedEventData data)
    {
        state = state with { IsReady = true, TellsActive = state.TellsActive || data.ActiveTurns is { ValueKind: JsonValueKind.Array } };
        AnswerOpenings(change, state, data.ThreadId is { Length: > 0 } id ? id : null);
        var active = ActiveIn(data);
        foreach (var (request, thread) in active ?? [])
        {
            state = Has(change, state, request);
            if (change.Agent.Turns.Find(one => one.RequestId == request) is { IsInFlight: true } turn && change.Agent.ThreadOf(turn.WorkSessionId) is { ProgramThreadId: null })
            {
                ZedThreads.Begun(change, request, thread, isOpen: false); // that it has begun was lost on its way
            }
        }

        foreach (var request in state.Undecided)
        {
            var turn = change.Agent.Turns.Find(one => one.RequestId == request);
            var thread = turn is null ? null : change.Agent.ThreadOf(turn.WorkSessionId);
            if (turn is null || thread is null || turn.IsOver)
            {
                state = state with { Undecided = state.Undecided.Remove(request) };
            }
            else if (thread.ProgramThreadId is null || thread.ProgramThreadId == data.ThreadId)
            {
                state = Decide(change, state, turn, isTold: active is not null);
            }
        }

        return state;
    }

    /// <summary>It was waited for long enough: threads are taken to be open, and requests to be with Zed.</summary>
    public static ZedState WaitedLongEnough(AgentChange change, ZedState state, long? opening)
    {
        if (opening is { } sequence)
        {
            if (change.Agent.Threads.Find(one => one.OpeningSequence == sequence) is { } thread)
            {
                Answer(change, thread);
                return Undecided(change, state, thread);
            }

            return state;
        }

        state = state with { IsReady = true };
        AnswerOpenings(change, state, thread: null);
        return change.Agent.Threads.Where(one => one.ProgramThreadId is null).Aggregate(state, (now, thread) => Undecided(change, now, thread));
    }

    /// <summary>A command that opens something was sent: what it waits for may be there already.</summary>
    public static void OpeningSent(AgentChange change, ZedState state)
    {
        if (state.IsReady)
        {
            AnswerOpenings(change, state, thread: null);
        }
    }

    /// <summary>A turn was cancelled, or Zed knows of none.</summary>
    public static ZedState Cancelled(AgentChange change, ZedState state, ZedEventData data)
    {
        if (data.RequestId is not { Length: > 0 } request || change.Agent.Turns.Find(one => one.RequestId == request) is not { IsInFlight: true } turn)
        {
            return state;
        }

        // A Zed that does not say what it has does not know a request that waits in it either, and runs it later all the same.
        var isEnded = data.Status == "cancelled" || state.TellsActive || turn.State == TurnState.Running;
        if (isEnded && turn.CancelRequestedAt is null && data.Status == "cancelled")
        {
            AgentNotices.Finish(change, turn.Finished(TurnState.Cancelled, "cancelled", problem: null, change.Now)); // somebody did so in Zed
        }
        else if (isEnded && turn.CancelRequestedAt is not null)
        {
            AgentNotices.Finish(change, turn.Finished(TurnState.Cancelled, "cancelled", problem: null, change.Now));
        }

        return state with { Undecided = state.Undecided.Remove(request) };
    }

    /// <summary>Sends a prompt once more that nothing has been heard of for so long.</summary>
    public static (ZedState State, IReadOnlyList<TurnId> Again) Silent(AgentChange change, ZedState state, TimeSpan limit)
    {
        var again = new List<TurnId>();
        foreach (var turn in change.Agent.Turns.FindAll(one => SilentFrom(change.Agent, state, one) is { } since && change.Now - since >= limit))
        {
            state = state with { SentAgain = state.SentAgain.Add(turn.RequestId), Assumed = state.Assumed.Remove(turn.RequestId) };
            NotDelivered(change, turn);
            again.Add(turn.Id);
        }

        return (state, again);
    }

    /// <summary>Since when a turn is silent that may not have reached Zed; null for others. It does not count while a person is asked, a tool runs, or other threads are being served.</summary>
    private static DateTimeOffset? SilentFrom(Agent agent, ZedState state, Turn turn)
    {
        if (!turn.IsInFlight || turn.Sequence is null || turn.CancelRequestedAt is not null || state.SentAgain.Contains(turn.RequestId) || state.Undecided.Contains(turn.RequestId)
            || !(turn.State == TurnState.Sent || state.Assumed.Contains(turn.RequestId))
            || agent.Turns.Exists(other => other.Id != turn.Id && other.State == TurnState.Running)
            || agent.Requests.Exists(request => request.TurnId == turn.Id && request is { State: RequestState.Open })
            || state.Entries.Values.Any(entry => entry.Key.RequestId == turn.RequestId && entry is { Kind: ZedEntryKind.ToolCall, Status: "pending" or "in_progress" }))
        {
            return null;
        }

        var last = turn.LastEventAt ?? turn.DispatchedAt ?? state.ConnectedAt;
        return last > state.ConnectedAt ? last : state.ConnectedAt;
    }

    /// <summary>Zed has a request: it is attached to, whatever was thought of it meanwhile.</summary>
    private static ZedState Has(AgentChange change, ZedState state, string request)
    {
        if (change.Agent.Turns.Find(one => one.RequestId == request) is not { } turn)
        {
            return state; // it was tried again, or is nobody's
        }

        if (turn is { State: TurnState.Failed, DispatchedAt: not null } && turn.Epoch == change.Agent.Instance?.Epoch && change.Agent.InFlight(turn.WorkSessionId) is null
            && change.Agent.Find(turn.WorkSessionId) is { IsOver: false })
        {
            change.Become(change.Agent.With(turn with { State = TurnState.Running, FinishedAt = null, Problem = null, LastEventAt = change.Now }));
            TurnQueue.GoOn(change, turn.WorkSessionId);
        }
        else if (turn.IsOver)
        {
            change.Say(new AgentCommand.Cancel(change.Agent.ThreadOf(turn.WorkSessionId)?.ProgramThreadId ?? "") { RequestId = request });
        }

        return state with { Undecided = state.Undecided.Remove(request), Assumed = state.Assumed.Remove(request) };
    }

    private static ZedState Undecided(AgentChange change, ZedState state, AgentThread thread) =>
        change.Agent.InFlight(thread.WorkSessionId) is { } turn && state.Undecided.Contains(turn.RequestId) ? Decide(change, state, turn, isTold: false) : state;

    private static ZedState Decide(AgentChange change, ZedState state, Turn turn, bool isTold)
    {
        state = state with { Undecided = state.Undecided.Remove(turn.RequestId) };
        if (!isTold)
        {
            return state with { Assumed = state.Assumed.Add(turn.RequestId) };
        }

        NotDelivered(change, turn);
        return state;
    }

    /// <summary>Zed does not have a prompt: it waits for its thread again, under its own request.</summary>
    private static void NotDelivered(AgentChange change, Turn turn)
    {
        if (turn.CancelRequestedAt is not null)
        {
            AgentNotices.Finish(change, turn.Finished(TurnState.Cancelled, "cancelled", problem: null, change.Now));
        }
        else if (turn.Sequence is null)
        {
            AgentNotices.Finish(change, turn.Finished(TurnState.Failed, stopReason: null, "It was asked in Zed, which does not have it any more; how it ended is not known.", change.Now));
        }
        else
        {
            change.Become(change.Agent.With(turn.NotDelivered()));
        }
    }

    /// <summary>Threads whose opening was asked for are open: those that begin with their prompt, and the one that is told of.</summary>
    private static void AnswerOpenings(AgentChange change, ZedState state, string? thread)
    {
        foreach (var one in change.Agent.Threads.FindAll(one => one.OpeningSequence is not null && (one.ProgramThreadId is null ? state.IsReady : one.ProgramThreadId == thread)))
        {
            Answer(change, one);
        }
    }

    private static void Answer(AgentChange change, AgentThread thread)
    {
        if (change.Agent.Instance is { } instance && thread.OpeningSequence is { } sequence)
        {
            AgentNotices.Take(change, instance.Epoch, new AgentNotice.ThreadOpened(sequence, Thread: null, Modes: null, Options: null), () => default);
        }
    }

    private static List<(string Request, string? Thread)>? ActiveIn(ZedEventData data) => data.ActiveTurns is { ValueKind: JsonValueKind.Array } turns
        ? [.. turns.EnumerateArray().Select(turn => (turn.Member("request_id")?.Text() ?? turn.Text() ?? "", turn.Member("acp_thread_id")?.Text()))]
        : null;
}
