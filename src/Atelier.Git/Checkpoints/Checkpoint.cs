namespace Atelier.Git.Checkpoints;

/// <summary>The files of a worktree at one moment, as a commit that no branch has.</summary>
/// <param name="Commit">The commit; its parent is what the worktree had checked out. The same files on the same parent are the same commit.</param>
/// <param name="Tree">Its files.</param>
/// <param name="Head">What the worktree had checked out; null before the first commit.</param>
/// <param name="LeftOut">Untracked files that are too big or too many to be kept, and repositories within the worktree.</param>
public sealed record Checkpoint(string Commit, string Tree, string? Head, int LeftOut);

/// <summary>How much of what git does not track a checkpoint keeps.</summary>
public sealed record CheckpointLimits
{
    /// <summary>An untracked file that is bigger is left out.</summary>
    public long MaxUntrackedFileBytes { get; init; } = 16L << 20;

    /// <summary>Where more untracked files lie about than this, all of them are left out: something is not ignored that should be.</summary>
    public int MaxUntrackedFiles { get; init; } = 20_000;

    /// <summary>Where more untracked files than this are too big, all untracked files are left out.</summary>
    public int MaxBigFiles { get; init; } = 200;
}
