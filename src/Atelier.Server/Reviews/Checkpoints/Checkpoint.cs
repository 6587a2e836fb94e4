using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Reviews.Checkpoints;

internal enum CheckpointWhich
{
    /// <summary>Before a turn was sent the first time.</summary>
    Before,

    /// <summary>After a turn was over the last time.</summary>
    After,

    /// <summary>Before another one was brought back.</summary>
    Restore,
}

internal enum CheckpointState
{
    Making,
    Made,
    Failed,
}

/// <summary>The files of an agent's worktree at one moment. Git keeps them on the host; the row says under which name, and why.</summary>
internal sealed record Checkpoint
{
    public required CheckpointId Id { get; init; }

    public required AgentId AgentId { get; init; }

    public required string RepositoryId { get; init; }

    public required string HostId { get; init; }

    /// <summary>The turn that it is before or after; null for one that was made by a restore.</summary>
    public TurnId? TurnId { get; init; }

    public WorkSessionId? WorkSessionId { get; init; }

    public int Attempt { get; init; } = 1;

    public required CheckpointWhich Which { get; init; }

    /// <summary>The checkpoint that a restore brings back.</summary>
    public CheckpointId? Restores { get; init; }

    /// <summary>Git's name for it.</summary>
    public required string Reference { get; init; }

    public CheckpointState State { get; init; }

    public string? Commit { get; init; }

    /// <summary>What was checked out.</summary>
    public string? Head { get; init; }

    public int LeftOut { get; init; }

    public string? Problem { get; init; }

    public UserId? CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
