namespace Atelier.Git;

/// <summary>git refused, or could not be asked.</summary>
/// <param name="problem">Which kind of refusal; stable.</param>
/// <param name="message">For a person: what happened, to which thing, what to do.</param>
/// <param name="command">The command as typed, without credentials.</param>
/// <param name="exitCode">git's exit code; null when it did not run.</param>
/// <param name="error">The last of what it said, without credentials.</param>
public sealed class GitException(
    GitProblem problem, string message, string command = "", int? exitCode = null, string error = "")
    : Exception(message)
{
    /// <summary>Which kind of refusal.</summary>
    public GitProblem Problem { get; } = problem;

    /// <summary>The command as typed, without credentials.</summary>
    public string Command { get; } = command;

    /// <summary>git's exit code; null when it did not run.</summary>
    public int? ExitCode { get; } = exitCode;

    /// <summary>The last of what git said, without credentials.</summary>
    public string Error { get; } = error;
}

/// <summary>Kinds of refusal that callers treat differently.</summary>
public enum GitProblem
{
    /// <summary>git ended with an error of its own.</summary>
    Failed,

    /// <summary>There is no git on this machine, or one that is too old.</summary>
    NoGit,

    /// <summary>The directory is not a repository, or not there.</summary>
    NotARepository,

    /// <summary>The name cannot be a branch.</summary>
    InvalidBranchName,

    /// <summary>The branch is checked out in another worktree.</summary>
    CheckedOutElsewhere,

    /// <summary>What a new branch should start from is not there.</summary>
    NoSuchBase,

    /// <summary>The repository has no commit yet.</summary>
    EmptyRepository,

    /// <summary>Something else lies where the worktree should go.</summary>
    PathInUse,

    /// <summary>It is not a worktree of that repository.</summary>
    NotAWorktree,

    /// <summary>It printed more than can be taken in.</summary>
    TooMuchOutput,
}
