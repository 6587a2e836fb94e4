using System.Collections.Immutable;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>What is known of one connection beside the agent's rows. It goes with the connection; a new one begins anew.</summary>
internal sealed record ZedState
{
    public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>What stands in the events of each entry: a copy of rows.</summary>
    public ImmutableDictionary<ZedEntryKey, ZedEntry> Entries { get; init; } = ImmutableDictionary<ZedEntryKey, ZedEntry>.Empty;

    /// <summary>The message that was told last in each work session; what is not told on at once is told whole.</summary>
    public ImmutableDictionary<WorkSessionId, string> LastSpoken { get; init; } = ImmutableDictionary<WorkSessionId, string>.Empty;

    /// <summary>Whether Zed takes prompts, or was waited for long enough.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether Zed says which requests it has; one that does takes no request twice.</summary>
    public bool TellsActive { get; init; }

    /// <summary>Requests that were sent on an earlier connection, of which it is not known whether Zed has them.</summary>
    public ImmutableHashSet<string> Undecided { get; init; } = [];

    /// <summary>Requests that Zed is taken to have because nothing says otherwise.</summary>
    public ImmutableHashSet<string> Assumed { get; init; } = [];

    /// <summary>Requests that were sent once more on this connection because of silence.</summary>
    public ImmutableHashSet<string> SentAgain { get; init; } = [];

    public ZedState With(ZedEntry entry) => this with { Entries = Entries.SetItem(entry.Key, entry) };

    /// <summary>Whether anything was told of a request in a thread.</summary>
    public bool HasHeard(ThreadId thread, string request) =>
        Entries.Values.Any(entry => entry.Key.ThreadId == thread && entry.Key.RequestId == request && entry.Kind != ZedEntryKind.User);
}
