namespace Atelier.Git.Landings;

/// <summary>How a branch's work gets into another one.</summary>
public enum LandingHow
{
    /// <summary>With a commit that has both for parents.</summary>
    Merge,

    /// <summary>As one commit.</summary>
    Squash,
}

/// <summary>Whoever a commit is by.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Email">Their address.</param>
public sealed record CommitAuthor(string Name, string Email);

/// <summary>A wish to land a branch.</summary>
/// <param name="Mark">Reference below <c>refs/atelier/</c> that this landing alone has: it remembers the commit, so that asking again lands nothing twice.</param>
/// <param name="Worktree">Where the branch is checked out; absolute.</param>
/// <param name="Branch">The branch.</param>
/// <param name="Into">The branch that gets its work.</param>
/// <param name="How">How.</param>
/// <param name="Message">Of the commit.</param>
/// <param name="Author">Of the commit; null for whoever git takes the account for.</param>
public sealed record Landing(string Mark, string Worktree, string Branch, string Into, LandingHow How, string Message, CommitAuthor? Author)
{
    /// <summary>What is said at the end of each commit's message: <c>Name: value</c>.</summary>
    public IReadOnlyList<string> Trailers { get; init; } = [];

    /// <summary>The message under which uncommitted work is committed first; null: such work is a reason not to land.</summary>
    public string? CommitMessage { get; init; }

    /// <summary>Whether git's hooks run, where git would run them.</summary>
    public bool RunsHooks { get; init; } = true;

    /// <summary>Whether commits are signed where git is set to sign them.</summary>
    public bool Signs { get; init; } = true;
}

/// <summary>Why a branch was not landed; nothing was changed but what the words say.</summary>
public enum LandingRefusal
{
    /// <summary>The worktree has work that is not committed.</summary>
    UncommittedWork,

    /// <summary>A merge in the worktree has been begun and has conflicts still.</summary>
    UnfinishedMerge,

    /// <summary>git would not commit the uncommitted work.</summary>
    CommitRefused,

    /// <summary>One of the branches is not there.</summary>
    NoSuchBranch,

    /// <summary>The branch that should get the work has all of it.</summary>
    NothingToLand,

    /// <summary>The other branch is checked out in a worktree with changes.</summary>
    BaseIsDirty,

    /// <summary>The other branch is checked out, and git would not move it.</summary>
    BaseIsStuck,

    /// <summary>The other branch went on whenever it was to be moved.</summary>
    BaseMoves,

    /// <summary>The remote did not take the branch.</summary>
    PushRefused,

    /// <summary>There is no remote.</summary>
    NoRemote,
}

/// <summary>What became of a landing.</summary>
public abstract record LandingResult
{
    private LandingResult()
    {
    }

    /// <summary>It is there.</summary>
    /// <param name="Commit">The commit that the other branch got; for a push, the one that was pushed.</param>
    public sealed record Landed(string Commit) : LandingResult;

    /// <summary>git cannot merge the two by itself; nothing was changed.</summary>
    /// <param name="Files">Where.</param>
    public sealed record Conflicts(IReadOnlyList<string> Files) : LandingResult;

    /// <summary>It was not landed.</summary>
    /// <param name="Reason">Which kind of reason.</param>
    /// <param name="Detail">git's words, the place, or the files; empty when the reason says all.</param>
    public sealed record Refused(LandingRefusal Reason, string Detail) : LandingResult;
}
