using System.Globalization;
using Atelier.Git.Processes;
using Atelier.Git.Repositories;

namespace Atelier.Git.Worktrees;

/// <summary>What would be lost with a worktree.</summary>
/// <param name="Exists">Whether the directory is there.</param>
/// <param name="Branch">Its branch; null when detached.</param>
/// <param name="UncommittedFiles">Changed, staged or untracked files that are not ignored.</param>
/// <param name="UnpushedCommits">Commits on no remote, in submodules too; where there is no remote, on no other branch.</param>
public sealed record WorktreeState(bool Exists, string? Branch, int UncommittedFiles, int UnpushedCommits)
{
    /// <summary>Whether nothing would be lost.</summary>
    public bool IsSafeToRemove => UncommittedFiles == 0 && UnpushedCommits == 0;

    internal static async Task<WorktreeState> ReadAsync(
        GitProgram git, string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return new WorktreeState(Exists: false, Branch: null, 0, 0);
        }

        string[] status = ["--no-optional-locks", "status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--ignore-submodules=none"];
        var said = await git.TryRunAsync(path, status, cancellationToken);
        if (said.ExitCode != 0 && !said.IsOutputCut)
        {
            throw GitProgram.Failure(status, said);
        }

        var (branch, files) = ReadStatus(said.Text);
        var commits = await CountUnpushedAsync(git, path, branch, cancellationToken)
            + await CountUnpushedInSubmodulesAsync(git, path, cancellationToken);
        return new WorktreeState(Exists: true, branch, files, commits);
    }

    /// <summary>Reads <c>git status --porcelain=v2 -z --branch</c>.</summary>
    /// <remarks>
    /// Entries end with a zero byte; a rename (2) has its old path as an entry of its own.
    /// <code>
    /// # branch.head main␀1 .M N... 100644 100644 100644 5d1c… 5d1c… read me.txt␀2 R. N... … R100 new␀old␀? untracked␀u UU N... …␀
    /// </code>
    /// </remarks>
    internal static (string? Branch, int Files) ReadStatus(string status)
    {
        string? branch = null;
        var files = 0;
        var entries = status.Split('\0');
        for (var at = 0; at < entries.Length; at++)
        {
            var entry = entries[at];
            if (entry.StartsWith("# branch.head ", StringComparison.Ordinal))
            {
                var head = entry["# branch.head ".Length..];
                branch = head == "(detached)" ? null : head;
            }
            else if (entry.Length > 1 && entry[0] is '1' or '2' or 'u' or '?')
            {
                files++;
                at += entry[0] == '2' ? 1 : 0;
            }
        }

        return (branch, files);
    }

    private static async Task<int> CountUnpushedAsync(
        GitProgram git, string path, string? branch, CancellationToken cancellationToken)
    {
        var remotes = await new Repository(git, path).ListRemotesAsync(cancellationToken);
        string[] elsewhere = remotes.Count > 0
            ? ["--remotes"]
            : branch is null ? ["--branches"] : [$"--exclude={branch}", "--branches"];
        ChildResult counted = await git.TryRunAsync(
            path, ["rev-list", "--count", "HEAD", "--not", .. elsewhere, "--"], cancellationToken);
        return counted.ExitCode == 0 && int.TryParse(counted.Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;   // no commit yet
    }

    /// <summary>A worktree's submodules are repositories of its own, branches and stashes included, and go with it.</summary>
    private static async Task<int> CountUnpushedInSubmodulesAsync(GitProgram git, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(path, ".gitmodules")))
        {
            return 0;
        }

        const string List = "git rev-list --branches --glob=refs/stash $(git rev-parse --quiet --verify HEAD) --not --remotes --tags --";
        var said = await git.TryRunAsync(path, ["submodule", "foreach", "--quiet", "--recursive", List], cancellationToken);
        var commits = said.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        return said.ExitCode == 0 ? commits : Math.Max(commits, 1); // one that cannot be looked into may hold work
    }
}
