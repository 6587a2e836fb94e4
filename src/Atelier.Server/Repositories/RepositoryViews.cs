using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Repositories;

/// <summary>A repository as people see it.</summary>
internal sealed record RepositoryView(
    RepositoryId Id,
    string Owner,
    string Name,
    string Provider,
    HostId HostId,
    string? Path,
    string? Url,
    string? DefaultBranch,
    RepositoryStatus Status,
    string? Problem,
    string? SetupCommand,
    IReadOnlyDictionary<string, string> TemplateFiles,
    IReadOnlyList<string> CopyFiles,
    Role? Role,
    DateTimeOffset CreatedAt)
{
    public static RepositoryView Of(Repository repository, Role? role) => new(
        repository.Id,
        repository.Owner,
        repository.Name,
        repository.Provider,
        repository.HostId,
        repository.Path,
        CloneAddress.Shown(repository.Url),
        repository.DefaultBranch,
        repository.Status,
        repository.Problem,
        repository.SetupCommand,
        repository.TemplateFiles,
        repository.CopyFiles,
        role,
        repository.CreatedAt);
}

internal sealed record RepositoriesReply(IReadOnlyList<RepositoryView> Repositories);

internal sealed record RepositoryReply(RepositoryView Repository);

internal sealed record BranchView(string Name, bool IsRemoteOnly, string Commit, DateTimeOffset CommittedAt, string Subject, string? WorktreePath);

internal sealed record BranchesReply(IReadOnlyList<BranchView> Branches, string? DefaultBranch);

internal sealed record WorktreeView(
    string Path,
    string? Branch,
    bool IsMain,
    IReadOnlyList<string> SessionIds,
    int? UncommittedFiles,
    int? UnpushedCommits,
    long? DiskBytes,
    bool IsSafeToRemove,
    int? FirstPort);

internal sealed record WorktreesReply(IReadOnlyList<WorktreeView> Worktrees);

internal sealed record WorktreeReply(WorktreeView Worktree, string? SetupOutput);

internal sealed record MemberView(string UserId, string DisplayName, Role Role);

internal sealed record MembersReply(IReadOnlyList<MemberView> Members);

/// <summary>Asks for a repository: a directory on a host, or a URL to clone.</summary>
/// <param name="Path">Absolute path of a working copy.</param>
/// <param name="HostId">Its host; the server's own machine when absent.</param>
/// <param name="Provider">git, with a URL.</param>
/// <param name="Url">Any URL git understands, without credentials.</param>
/// <param name="Owner">Instead of the one in the URL.</param>
/// <param name="Name">Instead of the folder's, or the one in the URL.</param>
internal sealed record AddRepositoryRequest(
    string? Path = null, string? HostId = null, string? Provider = null, string? Url = null, string? Owner = null, string? Name = null);

/// <summary>Changes how worktrees are set up; what is absent stays.</summary>
internal sealed record ChangeRepositoryRequest(
    string? DefaultBranch = null,
    string? SetupCommand = null,
    IReadOnlyDictionary<string, string>? TemplateFiles = null,
    IReadOnlyList<string>? CopyFiles = null);

internal sealed record AddWorktreeBody(string Branch, string? BaseBranch = null);

internal sealed record MemberBody(string UserId, Role Role);

internal sealed record MembersBody(IReadOnlyList<MemberBody> Members);
