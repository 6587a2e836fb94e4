using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;

namespace Atelier.Server.Reviews.Landings;

internal enum LandingHow
{
    /// <summary>With a commit that has both branches for parents.</summary>
    Merge,

    /// <summary>As one commit.</summary>
    Squash,

    /// <summary>The branch goes to the remote, for a request to pull it there.</summary>
    Push,
}

/// <summary>Transitions are in docs/states.md.</summary>
internal enum LandingState
{
    /// <summary>It is being done; after a kill, by the next server.</summary>
    Doing,

    /// <summary>The other branch has the work.</summary>
    Landed,

    /// <summary>The remote has the branch.</summary>
    Pushed,

    /// <summary>git cannot merge by itself; nothing was changed.</summary>
    Conflicts,

    /// <summary>There was a reason not to.</summary>
    Refused,

    /// <summary>git could not be asked, or broke.</summary>
    Failed,
}

/// <summary>How an agent's work got into another branch, or why not. The row is there before anything is done; what was done, git's own branches say.</summary>
internal sealed record Landing
{
    public required LandingId Id { get; init; }

    public required AgentId AgentId { get; init; }

    /// <summary>The client's name for it, so that asking twice is landing once.</summary>
    public required string IdempotencyKey { get; init; }

    public required LandingHow How { get; init; }

    /// <summary>The branch that gets the work; for a push, the one that a request to pull is for.</summary>
    public required string Into { get; init; }

    public required string Message { get; init; }

    /// <summary>The message under which uncommitted work is committed first; null: such work is a reason not to land.</summary>
    public string? CommitMessage { get; init; }

    public string? AuthorName { get; init; }

    public string? AuthorEmail { get; init; }

    /// <summary>Whether the agent is completed when its work has landed.</summary>
    public bool Completes { get; init; }

    public LandingState State { get; init; }

    /// <summary>What the other branch got, or the remote.</summary>
    public string? Commit { get; init; }

    /// <summary>Where git cannot merge.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Why it was refused, a stable word.</summary>
    public string? Reason { get; init; }

    /// <summary>More of it: git's words, a place, a name.</summary>
    public string? Detail { get; init; }

    public string? PullRequestUrl { get; init; }

    public required UserId CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}
