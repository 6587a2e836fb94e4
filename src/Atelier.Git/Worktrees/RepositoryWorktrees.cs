using Atelier.Git.Repositories;

namespace Atelier.Git.Worktrees;

/// <summary>A worktree that is there now.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="BaseCommit">What a branch made with it started from; null when the branch was there.</param>
/// <param name="WasThere">Whether it had been made before.</param>
public sealed record AddedWorktree(string Path, string Branch, string Commit, string? BaseCommit, bool WasThere);

/// <summary>The worktrees of one repository: list, add, look at, remove.</summary>
/// <param name="repository">The repository.</param>
public sealed class RepositoryWorktrees(Repository repository)
{
    private readonly GitProgram _git = repository.Git;

    /// <summary>All worktrees, the main one first.</summary>
    public async Task<IReadOnlyList<Worktree>> ListAsync(CancellationToken cancellationToken) =>
        Worktree.ReadList(
            (await _git.RunAsync(repository.Path, ["worktree", "list", "--porcelain", "-z"], cancellationToken)).Text);

    /// <summary>Checks a branch out at a path; makes the branch when nobody has it. Doing it again changes nothing.</summary>
    /// <param name="branch">The branch.</param>
    /// <param name="baseBranch">What a new branch starts from; null for the default branch.</param>
    /// <param name="path">Absolute path of the worktree.</param>
    /// <param name="cancellationToken">Ends git, which removes what it had begun.</param>
    public async Task<AddedWorktree> AddAsync(
        string branch, string? baseBranch, string path, CancellationToken cancellationToken)
    {
        if (await Repository.WhyNotABranchAsync(_git, branch, cancellationToken) is { } why)
        {
            throw new GitException(GitProblem.InvalidBranchName, why);
        }

        if (await FindThereAsync(branch, path, cancellationToken) is { } there)
        {
            return there;
        }

        var branches = await repository.ListBranchesAsync(cancellationToken);
        var known = branches.FirstOrDefault(candidate => candidate.Name == branch);
        string? baseCommit = null;
        string[] arguments;
        if (known is { Remote: null })
        {
            arguments = [path, branch];
        }
        else if (known is { Remote: { } remote })
        {
            arguments = ["--track", "-b", branch, path, $"refs/remotes/{remote}/{branch}"];
        }
        else
        {
            baseCommit = await FindBaseAsync(baseBranch, branches, cancellationToken);
            arguments = ["--no-track", "-b", branch, path, baseCommit];
        }

        await AddAsync(arguments, path, newBranch: known is { Remote: null } ? null : branch, cancellationToken);
        var commit = await new Repository(_git, path).FindCommitAsync("HEAD", cancellationToken) ?? "";
        return new AddedWorktree(path, branch, commit, baseCommit, WasThere: false);
    }

    /// <summary>What would be lost with a worktree.</summary>
    public Task<WorktreeState> LookAtAsync(string path, CancellationToken cancellationToken) =>
        WorktreeState.ReadAsync(_git, path, cancellationToken);

    /// <summary>Removes a worktree; its branch stays. A missing one is removed already.</summary>
    /// <param name="path">Absolute path of the worktree.</param>
    /// <param name="discardWork">Whether work in it may be lost.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <returns>null when it is gone; what would be lost when it was left alone.</returns>
    public async Task<WorktreeState?> RemoveAsync(string path, bool discardWork, CancellationToken cancellationToken)
    {
        var worktree = (await ListAsync(cancellationToken)).FirstOrDefault(candidate => IsSamePath(candidate.Path, path));
        if (worktree is null)
        {
            return Directory.Exists(path)
                ? throw new GitException(
                    GitProblem.NotAWorktree, $"{path} is not a worktree of {repository.Path}; it was left alone.")
                : null;
        }

        if (worktree.IsMain)
        {
            throw new GitException(
                GitProblem.NotAWorktree, $"{path} is the repository's own working tree, which is never removed.");
        }

        var state = await LookAtAsync(path, cancellationToken);
        if (!discardWork && !state.IsSafeToRemove)
        {
            return state;
        }

        string[] remove = ["worktree", "remove", path];
        var removed = discardWork
            ? await _git.TryRunAsync(repository.Path, ["worktree", "remove", "--force", path], cancellationToken)
            : await _git.TryRunAsync(repository.Path, remove, cancellationToken);
        if (removed.ExitCode == 0)
        {
            return null;
        }

        // git leaves worktrees with submodules to --force; it may also have met work done since we looked.
        state = await LookAtAsync(path, cancellationToken);
        if (!discardWork && !state.IsSafeToRemove)
        {
            return state;
        }

        if (!discardWork && removed.Error.Contains("submodules", StringComparison.Ordinal))
        {
            await _git.RunAsync(repository.Path, ["worktree", "remove", "--force", path], cancellationToken);
            return null;
        }

        throw GitProgram.Failure(remove, removed);
    }

    private static bool IsSamePath(string one, string other) =>
        string.Equals(Path.TrimEndingDirectorySeparator(one), Path.TrimEndingDirectorySeparator(other), StringComparison.Ordinal);

    private async Task<AddedWorktree?> FindThereAsync(string branch, string path, CancellationToken cancellationToken)
    {
        foreach (var worktree in await ListAsync(cancellationToken))
        {
            var isHere = IsSamePath(worktree.Path, path);
            if (isHere && worktree.IsMissing)
            {
                await _git.RunAsync(repository.Path, ["worktree", "remove", "--force", path], cancellationToken);
            }
            else if (isHere && worktree.Branch == branch)
            {
                return new AddedWorktree(worktree.Path, branch, worktree.Commit ?? "", BaseCommit: null, WasThere: true);
            }
            else if (isHere)
            {
                throw new GitException(
                    GitProblem.PathInUse, $"{path} is a worktree of {worktree.Branch ?? "no branch"} already; remove it first.");
            }
            else if (worktree.Branch == branch && !worktree.IsBare)
            {
                throw new GitException(
                    GitProblem.CheckedOutElsewhere,
                    worktree.IsMissing
                        ? $"The branch {branch} belongs to a worktree at {worktree.Path}, whose folder is missing; remove that worktree first."
                        : $"The branch {branch} is checked out at {worktree.Path}; use it there, or choose another branch.");
            }
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new GitException(GitProblem.PathInUse, $"{path} is there already and not empty, but not a worktree; move it away first.");
        }

        return null;
    }

    private async Task<string> FindBaseAsync(
        string? baseBranch, IReadOnlyList<Branch> branches, CancellationToken cancellationToken)
    {
        if (branches.Count == 0 && await repository.FindCommitAsync("HEAD", cancellationToken) is null)
        {
            throw new GitException(
                GitProblem.EmptyRepository, $"The repository {repository.Path} has no commit yet; make one first.");
        }

        var name = baseBranch ?? await repository.FindDefaultBranchAsync(cancellationToken) ?? "HEAD";
        var known = branches.FirstOrDefault(candidate => candidate.Name == name);
        return known?.Commit
            ?? await repository.FindCommitAsync(name, cancellationToken)
            ?? throw new GitException(
                GitProblem.NoSuchBase, $"There is no branch {name} in {repository.Path} to start from.");
    }

    private async Task AddAsync(
        IReadOnlyList<string> arguments, string path, string? newBranch, CancellationToken cancellationToken)
    {
        try
        {
            await _git.RunAsync(repository.Path, ["worktree", "add", .. arguments], cancellationToken);
        }
        catch (Exception failure)
        {
            // An ended git cannot tidy up. The branch is made before the files; without them nobody asked for it.
            await _git.TryRunAsync(repository.Path, ["worktree", "remove", "--force", path], CancellationToken.None);
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);   // it was not there, or empty, when we began
            }

            await _git.TryRunAsync(repository.Path, ["worktree", "prune"], CancellationToken.None);
            if (newBranch is not null && !failure.Message.Contains("already exists", StringComparison.Ordinal))
            {
                await _git.TryRunAsync(repository.Path, ["branch", "-D", "--", newBranch], CancellationToken.None);
            }

            throw;
        }
    }
}
