namespace Atelier.Protocol.HostLink;

/// <summary>Looks at a directory that may be a repository.</summary>
/// <param name="Path">Absolute path on the host.</param>
public sealed record InspectRepositoryRequest(string Path);

/// <summary>Clones a repository under the host's data folder.</summary>
/// <param name="RepositoryId">Its id; the clone's place follows from it, and asking again finds it there.</param>
/// <param name="Url">Any URL git understands, without credentials.</param>
/// <param name="OperationId">For progress and cancelling.</param>
public sealed record CloneRepositoryRequest(string RepositoryId, string Url, string OperationId);

/// <summary>Makes the sample repository in the host's data folder; asking again finds it there. One that was deleted is not made again.</summary>
public sealed record MakeSampleRequest;

/// <summary>What git says of a repository.</summary>
/// <param name="Path">Top of the working tree, or the bare repository; absolute.</param>
/// <param name="DefaultBranch">The branch of the remote's HEAD, else the one checked out; null in an empty repository.</param>
/// <param name="RemoteUrl">URL of origin without credentials; null when there is none.</param>
/// <param name="IsBare">Whether it has no working tree.</param>
public sealed record RepositoryFacts(string Path, string? DefaultBranch, string? RemoteUrl, bool IsBare);

/// <summary>Names a repository on the host.</summary>
/// <param name="Path">Absolute path of the repository.</param>
public sealed record RepositoryRequest(string Path);

/// <summary>Branches of a repository.</summary>
/// <param name="Branches">Local ones first, then those only a remote has; newest commit first.</param>
/// <param name="DefaultBranch">As in <see cref="RepositoryFacts"/>.</param>
public sealed record BranchList(IReadOnlyList<BranchFacts> Branches, string? DefaultBranch);

/// <summary>One branch.</summary>
/// <param name="Name">Without refs/heads/ or the remote's name.</param>
/// <param name="IsRemoteOnly">Whether only a remote has it.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="CommittedAt">When that was made.</param>
/// <param name="Subject">Its first line.</param>
/// <param name="WorktreePath">Where it is checked out; null when nowhere.</param>
public sealed record BranchFacts(
    string Name, bool IsRemoteOnly, string Commit, DateTimeOffset CommittedAt, string Subject, string? WorktreePath);

/// <summary>Makes a worktree of a branch, copies template files and runs the setup command.</summary>
/// <param name="RepositoryPath">Absolute path of the repository.</param>
/// <param name="RepositoryId">Its id; the worktree lies under the data folder by it.</param>
/// <param name="Branch">The branch; made when it is not there.</param>
/// <param name="BaseBranch">What a new branch starts from; null for the default branch.</param>
/// <param name="Number">The worktree's number, from 1, unique on the host among live worktrees.</param>
/// <param name="PortRange">First port of the worktree's range, for ATELIER_PORT and placeholders.</param>
/// <param name="TemplateFiles">Files to copy in, by path within the worktree; placeholders are filled.</param>
/// <param name="CopyFiles">Untracked files of the main working tree to copy (globs, such as .env); placeholders are not filled.</param>
/// <param name="SetupCommand">Shell command run in the new worktree; null for none.</param>
/// <param name="OperationId">For progress and cancelling.</param>
public sealed record AddWorktreeRequest(
    string RepositoryPath,
    string RepositoryId,
    string Branch,
    string? BaseBranch,
    int Number,
    int PortRange,
    IReadOnlyDictionary<string, string> TemplateFiles,
    IReadOnlyList<string> CopyFiles,
    string? SetupCommand,
    string OperationId);

/// <summary>A worktree as git lists it.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Branch">Its branch; null when detached.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="IsMain">Whether it is the repository's own working tree.</param>
/// <param name="BaseCommit">What a branch made with it started from; null when the branch was there.</param>
/// <param name="SetupOutput">Last lines of a setup command that ended with another code than 0; null when all went well.</param>
public sealed record WorktreeFacts(
    string Path, string? Branch, string Commit, bool IsMain, string? BaseCommit, string? SetupOutput);

/// <summary>Worktrees of a repository.</summary>
/// <param name="Worktrees">The main one first.</param>
public sealed record WorktreeList(IReadOnlyList<WorktreeFacts> Worktrees);

/// <summary>Names a worktree on the host.</summary>
/// <param name="RepositoryPath">Absolute path of the repository.</param>
/// <param name="Path">Absolute path of the worktree.</param>
public sealed record WorktreeRequest(string RepositoryPath, string Path);

/// <summary>What would be lost with a worktree, and what it costs.</summary>
/// <param name="Exists">Whether the directory is there.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="UncommittedFiles">Changed, staged or untracked files that are not ignored.</param>
/// <param name="UnpushedCommits">Commits on no remote; where there is no remote, on no other branch.</param>
/// <param name="DiskBytes">Disk used by its files; null when not asked for or too slow to count.</param>
/// <param name="IsSafeToRemove">Whether nothing would be lost.</param>
public sealed record WorktreeStatus(
    bool Exists, string? Branch, int UncommittedFiles, int UnpushedCommits, long? DiskBytes, bool IsSafeToRemove);

/// <summary>Removes a worktree; the branch stays.</summary>
/// <param name="RepositoryPath">Absolute path of the repository.</param>
/// <param name="Path">Absolute path of the worktree.</param>
/// <param name="DiscardWork">Whether uncommitted work may be lost; without it such a worktree is left alone.</param>
public sealed record RemoveWorktreeRequest(string RepositoryPath, string Path, bool DiscardWork);

/// <summary>What became of it.</summary>
/// <param name="Removed">Whether it is gone.</param>
/// <param name="Status">What would have been lost, when it was left alone.</param>
public sealed record RemoveWorktreeReply(bool Removed, WorktreeStatus? Status);
