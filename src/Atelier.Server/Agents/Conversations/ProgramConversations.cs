using System.Collections.Immutable;
using Atelier.Protocol.HostLink;

namespace Atelier.Server.Agents.Conversations;

/// <summary>Conversations that an agent's program knows, as it said last, and what it is being asked about them.</summary>
internal sealed record ProgramConversations
{
    /// <summary>So many are kept; a program may know of thousands.</summary>
    public const int Most = 500;

    /// <summary>So many pages are asked for.</summary>
    public const int MostPages = 20;

    public static ProgramConversations None { get; } = new();

    /// <summary>Whether somebody wants to know which there are.</summary>
    public bool IsWanted { get; init; }

    /// <summary>The command that asks for a page; null while none does.</summary>
    public long? Sequence { get; init; }

    /// <summary>Where the next page begins; null for the first one.</summary>
    public string? Cursor { get; init; }

    /// <summary>Pages that have come of the list under way.</summary>
    public int Pages { get; init; }

    /// <summary>What these pages had.</summary>
    public ImmutableList<ListedThread> Coming { get; init; } = [];

    /// <summary>What the last whole list had.</summary>
    public ImmutableList<ListedThread> Known { get; init; } = [];

    /// <summary>When that was; null before the first.</summary>
    public DateTimeOffset? ListedAt { get; init; }

    /// <summary>Why the last try gave no list; null when it did.</summary>
    public string? Problem { get; init; }

    /// <summary>How many tries have come to an end: whoever waits for one waits until this goes up.</summary>
    public int Tries { get; init; }

    /// <summary>Commands that are to forget conversations and are not answered.</summary>
    public ImmutableList<long> Forgetting { get; init; } = [];
}
