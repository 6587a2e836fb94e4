using System.Globalization;

namespace Atelier.Git.Checkpoints;

/// <summary>Keeps and restores the files of one worktree, without touching its index, its HEAD or its branch.</summary>
/// <remarks>
/// What is tracked and what is untracked and not ignored goes into a commit by way of an index of our own. A checkpoint is kept by a reference below
/// <c>refs/atelier</c>, which no clone, fetch or push takes along. What submodules contain beyond their commit is not kept.
/// </remarks>
/// <param name="git">The program.</param>
/// <param name="worktree">Top of the worktree; absolute.</param>
/// <param name="limits">How much is kept.</param>
public sealed class WorktreeCheckpoints(GitProgram git, string worktree, CheckpointLimits limits)
{
    /// <summary>Everything of ours lies below it.</summary>
    public const string Namespace = "refs/atelier/";

    private const string IndexName = "atelier-index-";
    private static readonly TimeSpan s_leftBehind = TimeSpan.FromDays(1);

    // Nothing that somebody has set up for their own index runs for ours.
    private static readonly string[] s_quietly =
        ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-c", "core.splitIndex=false", "-c", "advice.addEmbeddedRepo=false"];

    private static readonly Dictionary<string, string> s_identity = new(StringComparer.Ordinal)
    {
        ["GIT_AUTHOR_NAME"] = "Atelier",
        ["GIT_AUTHOR_EMAIL"] = "checkpoint@atelier.invalid",
        ["GIT_AUTHOR_DATE"] = "946684800 +0000", // always the same, so that the same files are the same commit
        ["GIT_COMMITTER_NAME"] = "Atelier",
        ["GIT_COMMITTER_EMAIL"] = "checkpoint@atelier.invalid",
        ["GIT_COMMITTER_DATE"] = "946684800 +0000",
    };

    /// <summary>The files as they are now; nothing keeps the commit yet.</summary>
    public Task<Checkpoint> TakeAsync(CancellationToken cancellationToken) =>
        WithIndexAsync((taken, _) => Task.FromResult(taken), cancellationToken);

    /// <summary>The files as they are now, under a name.</summary>
    /// <param name="name">Below <see cref="Namespace"/>.</param>
    /// <param name="replaces">Whether one that has the name already is replaced; else that one is given, as it was kept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Checkpoint> KeepAsync(string name, bool replaces, CancellationToken cancellationToken)
    {
        await ThrowIfNoNameAsync(name, cancellationToken);
        if (!replaces && await FindAsync(name, cancellationToken) is { } kept)
        {
            return kept;
        }

        var taken = await TakeAsync(cancellationToken);
        await git.RunAsync(worktree, [.. s_quietly, "update-ref", name, taken.Commit], cancellationToken);
        return taken;
    }

    /// <summary>Makes the files as a checkpoint has them; what they were is kept under a name first. Files that git ignores or that were left out stay.</summary>
    /// <remarks>Doing it again under the same name changes nothing more: what was kept the first time stays kept.</remarks>
    /// <exception cref="GitException">A file was changed meanwhile, or one that is ignored is in the way. Nothing was changed.</exception>
    public async Task<Checkpoint> RestoreAsync(string commit, string keepsNowAs, CancellationToken cancellationToken)
    {
        var kept = await KeepAsync(keepsNowAs, replaces: false, cancellationToken);
        await WithIndexAsync(
            async (now, withIndex) =>
            {
                await ThrowIfInTheWayAsync(now.Commit, commit, cancellationToken);
                await withIndex.RunAsync(
                    worktree, [.. s_quietly, "-c", "submodule.recurse=false", "read-tree", "-m", "-u", now.Commit, commit], cancellationToken);
                return now;
            },
            cancellationToken);
        return kept;
    }

    /// <summary>Lets go of checkpoints by their names, or all below a name that ends with a slash; one that is not there is gone already.</summary>
    public static async Task DropAsync(GitProgram git, string repository, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names.Where(name => name.StartsWith(Namespace, StringComparison.Ordinal)))
        {
            var listed = name.EndsWith('/')
                ? (await git.RunAsync(repository, ["for-each-ref", "--format=%(refname)", name], cancellationToken)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                : [name];
            foreach (var one in listed)
            {
                await git.RunAsync(repository, [.. s_quietly, "update-ref", "-d", one], cancellationToken);
            }
        }
    }

    /// <summary>read-tree takes files that git ignores for worth nothing.</summary>
    private async Task ThrowIfInTheWayAsync(string now, string wanted, CancellationToken cancellationToken)
    {
        var added = (await git.RunAsync(
            worktree, ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=A", now, wanted], cancellationToken)).Text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var known = (await git.RunAsync(worktree, ["ls-tree", "-r", "-z", "--name-only", now], cancellationToken)).Text.Split('\0').ToHashSet(StringComparer.Ordinal);
        if (added.Select(file => FindInTheWay(file, known)).FirstOrDefault(found => found is not null) is { } inTheWay)
        {
            throw new GitException(
                GitProblem.PathInUse, $"{inTheWay} is in the way of the checkpoint, and git does not track it; move it away first. Nothing was changed.");
        }
    }

    /// <summary>What lies where a file would go, or where a folder above it would, and is in no checkpoint.</summary>
    private string? FindInTheWay(string file, HashSet<string> known)
    {
        for (var end = file.IndexOf('/', StringComparison.Ordinal); end > 0; end = file.IndexOf('/', end + 1))
        {
            var folder = file[..end];
            if (!known.Contains(folder) && (File.Exists(Path.Combine(worktree, folder)) || new FileInfo(Path.Combine(worktree, folder)).LinkTarget is not null))
            {
                return folder;
            }
        }

        var path = Path.Combine(worktree, file);
        return File.Exists(path) || new FileInfo(path).LinkTarget is not null ? file : null;
    }

    private async Task<Checkpoint?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var found = await git.TryRunAsync(worktree, ["log", "-1", "--format=%H %T %P %s", name, "--"], cancellationToken);
        return found.ExitCode == 0 && found.Text.TrimEnd('\n').Split(' ') is [var commit, var tree, var head, _, var leftOut, ..]
            ? new Checkpoint(commit, tree, head.Length > 0 ? head : null, int.TryParse(leftOut, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0)
            : null;
    }

    private async Task<T> WithIndexAsync<T>(Func<Checkpoint, GitProgram, Task<T>> use, CancellationToken cancellationToken)
    {
        var places = (await git.RunAsync(worktree, ["rev-parse", "--absolute-git-dir", "--git-path", "index"], cancellationToken)).Text.Split('\n');
        var (gitFolder, theirs) = (places[0], Path.Combine(worktree, places[1]));
        RemoveLeftBehind(gitFolder);
        var ours = Path.Combine(gitFolder, $"{IndexName}{Guid.NewGuid():N}");
        try
        {
            if (File.Exists(theirs))
            {
                File.Copy(theirs, ours); // it knows which files have not been touched since
            }

            var withIndex = git.With(new Dictionary<string, string>(s_identity) { ["GIT_INDEX_FILE"] = ours });
            return await use(await CommitAsync(withIndex, cancellationToken), withIndex);
        }
        finally
        {
            File.Delete(ours);
            File.Delete($"{ours}.lock");
        }
    }

    private async Task<Checkpoint> CommitAsync(GitProgram withIndex, CancellationToken cancellationToken)
    {
        var leftOut = await AddAsync(withIndex, cancellationToken);
        var tree = (await withIndex.RunAsync(worktree, [.. s_quietly, "write-tree"], cancellationToken)).Text.Trim();
        var head = await withIndex.TryRunAsync(worktree, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], cancellationToken);
        var parent = head.ExitCode == 0 ? head.Text.Trim() : null;
        string[] parents = parent is null ? [] : ["-p", parent];
        var commit = await withIndex.RunAsync(
            worktree, [.. s_quietly, "commit-tree", tree, .. parents, "-m", string.Create(CultureInfo.InvariantCulture, $"Checkpoint {leftOut} left-out")], cancellationToken);
        return new Checkpoint(commit.Text.Trim(), tree, parent, leftOut);
    }

    /// <summary>Puts the files as they are into the index; how many untracked ones were left out.</summary>
    private async Task<int> AddAsync(GitProgram withIndex, CancellationToken cancellationToken)
    {
        var untracked = (await withIndex.RunAsync(
            worktree, [.. s_quietly, "ls-files", "--others", "--exclude-standard", "-z"], cancellationToken)).Text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        // A name that ends with a slash is a repository of its own.
        var big = untracked.Length > limits.MaxUntrackedFiles ? [] : untracked.Where(IsTooBig).ToArray();
        if (untracked.Length > limits.MaxUntrackedFiles || big.Length > limits.MaxBigFiles)
        {
            await withIndex.RunAsync(worktree, [.. s_quietly, "add", "--update", "--ignore-errors", "--", "."], cancellationToken);
            return untracked.Length;
        }

        await withIndex.RunAsync(
            worktree, [.. s_quietly, "add", "--all", "--", ".", .. big.Select(file => $":(exclude,literal,top){file.TrimEnd('/')}")], cancellationToken);
        return big.Length;
    }

    private bool IsTooBig(string file) => file.EndsWith('/') || (new FileInfo(Path.Combine(worktree, file)) is { Exists: true, LinkTarget: null } found && found.Length > limits.MaxUntrackedFileBytes);

    private static void RemoveLeftBehind(string gitFolder)
    {
        foreach (var old in Directory.EnumerateFiles(gitFolder, $"{IndexName}*"))
        {
            if (File.GetLastWriteTimeUtc(old) is var written && new FileInfo(gitFolder).LastWriteTimeUtc - written > s_leftBehind)
            {
                File.Delete(old); // of a daemon that was killed
            }
        }
    }

    private async Task ThrowIfNoNameAsync(string name, CancellationToken cancellationToken)
    {
        if (!name.StartsWith(Namespace, StringComparison.Ordinal) || (await git.TryRunAsync(worktree, ["check-ref-format", name], cancellationToken)).ExitCode != 0)
        {
            throw new GitException(GitProblem.InvalidBranchName, $"'{name}' cannot name a checkpoint.");
        }
    }
}
