namespace Atelier.Git.Repositories;

/// <summary>Clones repositories for worktrees.</summary>
/// <remarks>
/// A clone has no working tree of its own, so that every branch, the default one included, can be checked out in a worktree; its
/// branches are remote-tracking, as in an ordinary clone. It grows under a temporary name beside its place and is moved there when whole.
/// </remarks>
/// <param name="git">The program.</param>
public sealed class RepositoryClone(GitProgram git)
{
    /// <summary>Clones, or finds the clone that is there.</summary>
    /// <param name="url">Any URL git understands.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="onProgress">Told of the transfer.</param>
    /// <param name="cancellationToken">Ends it and leaves nothing behind.</param>
    public async Task<RepositoryView> CloneAsync(
        string url, string destination, Action<CloneProgress>? onProgress, CancellationToken cancellationToken)
    {
        if (Directory.Exists(destination))
        {
            return await new Repository(git, destination).InspectAsync(cancellationToken);
        }

        var growing = $"{destination}.part-{Guid.NewGuid():N}";
        Directory.CreateDirectory(growing);
        try
        {
            await git.RunAsync(growing, ["init", "--quiet", "--bare", "."], cancellationToken);
            await git.RunAsync(growing, ["remote", "add", "--", "origin", url], cancellationToken);
            await git.RunAsync(growing, ["fetch", "--progress", "origin"], cancellationToken, CloneProgress.Reader(onProgress));
            await FollowDefaultBranchAsync(growing, cancellationToken);
            Directory.Move(growing, destination);
        }
        catch
        {
            Directory.Delete(growing, recursive: true);
            throw;
        }

        return await new Repository(git, destination).InspectAsync(cancellationToken);
    }

    private async Task FollowDefaultBranchAsync(string repository, CancellationToken cancellationToken)
    {
        // An empty repository has no HEAD to follow; that is not an error.
        await git.TryRunAsync(repository, ["remote", "set-head", "origin", "--auto"], cancellationToken);
        if (await new Repository(git, repository).FindDefaultBranchAsync(cancellationToken) is { } branch)
        {
            await git.RunAsync(repository, ["symbolic-ref", "HEAD", $"refs/heads/{branch}"], cancellationToken);
        }
    }
}
