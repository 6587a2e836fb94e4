using Atelier.Protocol.ZedSync;
using Atelier.Server.Agents.Threads;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Which conversation of Zed a thread is; pure.</summary>
internal static class ZedThreads
{
    public static bool IsName(string id) => id.Length is > 0 and <= AgentThread.MaxProgramThreadIdLength && JsonTexts.IsKept(id);

    /// <summary>The prompt of a request has begun a conversation.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="request">The request.</param>
    /// <param name="id">Zed's id of the conversation.</param>
    /// <param name="isOpen">Whether it is open on this connection.</param>
    public static void Begun(AgentChange change, string? request, string? id, bool isOpen)
    {
        if (id is null || !IsName(id) || change.Agent.Instance is not { } instance
            || change.Agent.Turns.Find(one => one.RequestId == request) is not { } turn
            || change.Agent.ThreadOf(turn.WorkSessionId) is not { } thread || thread.ProgramThreadId == id)
        {
            return;
        }

        // A request that was sent twice has begun two; it is answered in the later one. One that another thread has is not given away.
        if (thread.ProgramThreadId is not null && !turn.IsInFlight)
        {
            return;
        }

        if (change.Agent.Threads.Find(one => one.Id != thread.Id && one.ProgramThreadId == id) is { } other)
        {
            if (other.OpenEpoch == instance.Epoch)
            {
                return;
            }

            change.Become(change.Agent.With(other with { ProgramThreadId = null, NeedsHistory = true }));
        }

        change.Become(change.Agent.With(thread with
        {
            ProgramThreadId = id,
            OpenEpoch = isOpen ? instance.Epoch : 0,
            OpeningSequence = null,
            Status = thread.Status == ThreadStatus.Completed || !isOpen ? thread.Status : ThreadStatus.Active,
            LastActivityAt = change.Now,
        }));
    }

    /// <summary>An event of a request names its conversation: that it has begun may have been lost on its way.</summary>
    public static void Learn(AgentChange change, ZedEventData data)
    {
        if (data is { RequestId: { Length: > 0 } request, Thread: { } id } && change.Agent.Turns.Find(one => one.RequestId == request) is { IsInFlight: true } turn
            && change.Agent.ThreadOf(turn.WorkSessionId) is { ProgramThreadId: null })
        {
            Begun(change, request, id, isOpen: true);
        }
    }
}
