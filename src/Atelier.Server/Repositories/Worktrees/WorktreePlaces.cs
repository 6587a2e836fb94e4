using Atelier.Protocol.HostLink;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;

namespace Atelier.Server.Repositories.Worktrees;

/// <summary>Where a branch is checked out, and what its setup command said when it did not go well.</summary>
internal sealed record WorktreePlace(string Path, string? SetupOutput);

/// <summary>Makes and removes worktrees on a repository's host, with their numbers and ports.</summary>
internal sealed class WorktreePlaces(WorktreeStore store, HostLinks links)
{
    public Task<int?> FirstPortAsync(HostId host, string path, CancellationToken cancellationToken) =>
        store.FirstPortAsync(host, path, cancellationToken);

    public Task<IReadOnlyList<string>> SessionsInAsync(HostId host, string path, CancellationToken cancellationToken) =>
        store.SessionsInAsync(host, path, cancellationToken);

    /// <summary>Worktrees as git has them on the host.</summary>
    public async Task<IReadOnlyList<WorktreeFacts>> ListAsync(Repository repository, CancellationToken cancellationToken) =>
        (await links.Get(repository.HostId).RequestAsync(
            HostMethods.ListWorktrees,
            new RepositoryRequest(repository.Path!), // a ready repository has one
            HostJson.Default.RepositoryRequest,
            HostJson.Default.WorktreeList,
            cancellationToken)).Worktrees;

    /// <summary>Whether a worktree is there that was not made here: somebody's own place, of which we know nothing but that git lists it.</summary>
    public async Task<bool> IsSomebodysOwnAsync(Repository repository, string path, CancellationToken cancellationToken) =>
        await store.FirstPortAsync(repository.HostId, path, cancellationToken) is null
        && (await ListAsync(repository, cancellationToken)).Any(worktree => worktree.Path == path);

    /// <summary>The worktree of a branch: the one where it is checked out, else a new one.</summary>
    public async Task<WorktreePlace> OpenAsync(
        Repository repository, string branch, string? baseBranch, CancellationToken cancellationToken)
    {
        if ((await ListAsync(repository, cancellationToken)).FirstOrDefault(worktree => worktree.Branch == branch) is { } there)
        {
            return new WorktreePlace(there.Path, SetupOutput: null);
        }

        var placeholder = $"{repository.Id}#{branch}";
        var link = links.Get(repository.HostId);
        var number = await store.TakeNumberAsync(repository, branch, placeholder, cancellationToken)
            ?? throw new HostRefusedException("no-ports", $"{WorktreeStore.MostNumbers} worktrees have all the ports there are for them.", link.Host.Name);
        try
        {
            var made = await link.RequestAsync(
                HostMethods.AddWorktree,
                new AddWorktreeRequest(
                    repository.Path!, // a ready repository has one
                    repository.Id.Value,
                    branch,
                    baseBranch,
                    number.Number,
                    number.FirstPort,
                    repository.TemplateFiles,
                    repository.CopyFiles,
                    repository.SetupCommand,
                    $"{placeholder}#{number.TakenAt.UtcTicks}"), // the same when asked again after a lost link, another one for another try
                HostJson.Default.AddWorktreeRequest,
                HostJson.Default.WorktreeFacts,
                cancellationToken,
                isLong: true);
            await store.PlaceAsync(repository.HostId, placeholder, made.Path, cancellationToken);
            return new WorktreePlace(made.Path, made.SetupOutput);
        }
        catch (HostRefusedException)
        {
            await store.ForgetAsync(repository.HostId, placeholder, CancellationToken.None);
            throw;
        }
    }

    public Task<WorktreeStatus> StatusAsync(Repository repository, string path, CancellationToken cancellationToken) =>
        links.Get(repository.HostId).RequestAsync(
            HostMethods.WorktreeStatus,
            new WorktreeRequest(repository.Path!, path), // a ready repository has one
            HostJson.Default.WorktreeRequest,
            HostJson.Default.WorktreeStatus,
            cancellationToken);

    /// <summary>Removes a worktree; gives what would have been lost when it was left alone, null when it is gone.</summary>
    public async Task<WorktreeStatus?> RemoveAsync(
        Repository repository, string path, bool discardWork, CancellationToken cancellationToken)
    {
        var reply = await links.Get(repository.HostId).RequestAsync(
            HostMethods.RemoveWorktree,
            new RemoveWorktreeRequest(repository.Path!, path, discardWork), // a ready repository has one
            HostJson.Default.RemoveWorktreeRequest,
            HostJson.Default.RemoveWorktreeReply,
            cancellationToken,
            isLong: true);
        if (!reply.Removed)
        {
            return reply.Status;
        }

        await store.ForgetAsync(repository.HostId, path, cancellationToken);
        return null;
    }
}
