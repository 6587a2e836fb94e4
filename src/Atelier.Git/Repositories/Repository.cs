using System.Globalization;

namespace Atelier.Git.Repositories;

/// <summary>What git says of a repository.</summary>
/// <param name="Path">Top of the working tree, or the bare repository; absolute.</param>
/// <param name="DefaultBranch">The branch of the remote's HEAD, else the one checked out; null in an empty repository.</param>
/// <param name="RemoteUrl">URL of origin without credentials; null when there is none.</param>
/// <param name="IsBare">Whether it has no working tree.</param>
public sealed record RepositoryView(string Path, string? DefaultBranch, string? RemoteUrl, bool IsBare);

/// <summary>A branch of a repository.</summary>
/// <param name="Name">Without refs/heads/ or the remote's name.</param>
/// <param name="Remote">The remote that alone has it; null for a local branch.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="CommittedAt">When that was made.</param>
/// <param name="Subject">Its first line.</param>
/// <param name="WorktreePath">Where it is checked out; null when nowhere.</param>
public sealed record Branch(
    string Name, string? Remote, string Commit, DateTimeOffset CommittedAt, string Subject, string? WorktreePath);

/// <summary>One repository on this machine.</summary>
/// <param name="git">The program.</param>
/// <param name="path">Any directory in it.</param>
public sealed class Repository(GitProgram git, string path)
{
    private const int MaxBranches = 20_000;

    /// <summary>Any directory in it.</summary>
    public string Path => path;

    internal GitProgram Git => git;

    /// <summary>Looks at it.</summary>
    /// <exception cref="GitException">It is not a repository.</exception>
    public async Task<RepositoryView> InspectAsync(CancellationToken cancellationToken)
    {
        string[] question = ["rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--absolute-git-dir"];
        var answer = await git.TryRunAsync(path, question, cancellationToken);
        if (answer.ExitCode != 0)
        {
            var failure = GitProgram.Failure(question, answer);
            throw failure.Problem == GitProblem.NotARepository
                ? new GitException(
                    failure.Problem, $"{path} is no git repository, and not inside one.", failure.Command, failure.ExitCode, failure.Error)
                : failure;
        }

        var where = answer.Text.Split('\n');
        var isBare = where[0] == "true";
        if (!isBare && where[1] != "true")
        {
            throw new GitException(
                GitProblem.NotARepository, $"{path} lies inside a repository's .git folder; give the folder above it.");
        }

        var top = isBare
            ? where[2]
            : (await git.RunAsync(path, ["rev-parse", "--show-toplevel"], cancellationToken)).Text.TrimEnd('\n');
        return new RepositoryView(
            top, await FindDefaultBranchAsync(cancellationToken), await FindRemoteUrlAsync(cancellationToken), isBare);
    }

    /// <summary>The branch of origin's HEAD, else the one checked out, else main or master; null in an empty repository.</summary>
    public async Task<string?> FindDefaultBranchAsync(CancellationToken cancellationToken)
    {
        const string OriginHead = "refs/remotes/origin/HEAD";
        var origin = await git.TryRunAsync(path, ["symbolic-ref", "-q", OriginHead], cancellationToken);
        if (origin.ExitCode == 0 && origin.Text.Trim() is var full
            && full.StartsWith("refs/remotes/origin/", StringComparison.Ordinal)
            && await FindCommitAsync(full, cancellationToken) is not null)
        {
            return full["refs/remotes/origin/".Length..];
        }

        var head = await git.TryRunAsync(path, ["symbolic-ref", "-q", "HEAD"], cancellationToken);
        string[] candidates = ["refs/heads/main", "refs/heads/master"];
        if (head.ExitCode == 0)
        {
            candidates = [head.Text.Trim(), .. candidates];
        }

        foreach (var candidate in candidates)
        {
            if (candidate.StartsWith("refs/heads/", StringComparison.Ordinal)
                && await FindCommitAsync(candidate, cancellationToken) is not null)
            {
                return candidate["refs/heads/".Length..];
            }
        }

        return null;
    }

    /// <summary>Local branches first, then those only a remote has; newest commit first.</summary>
    public async Task<IReadOnlyList<Branch>> ListBranchesAsync(CancellationToken cancellationToken)
    {
        var remotes = await ListRemotesAsync(cancellationToken);
        const string Format =
            "%(refname)%00%(objectname)%00%(committerdate:unix)%00%(worktreepath)%00%(symref)%00%(contents:subject)%00";
        var listed = (await git.RunAsync(
            path,
            ["for-each-ref", "--sort=-committerdate", $"--count={MaxBranches}", $"--format={Format}", "refs/heads", "refs/remotes"],
            cancellationToken)).Text.Split('\0');
        var local = new List<Branch>();
        var remote = new List<Branch>();
        for (var at = 0; at + 5 < listed.Length; at += 6)
        {
            // Each record but the first begins with the line feed that ended the one before.
            var name = listed[at].TrimStart('\n');
            var committedAt = long.TryParse(listed[at + 2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : DateTimeOffset.UnixEpoch;   // a ref to something that is not a commit
            var branch = new Branch(
                name, Remote: null, listed[at + 1], committedAt, listed[at + 5], listed[at + 3].Length > 0 ? listed[at + 3] : null);
            if (name.StartsWith("refs/heads/", StringComparison.Ordinal))
            {
                local.Add(branch with { Name = name["refs/heads/".Length..] });
            }
            else if (listed[at + 4].Length == 0 && SplitRemote(name["refs/remotes/".Length..], remotes) is var (owner, rest))
            {
                remote.Add(branch with { Name = rest, Remote = owner });
            }
        }

        var here = local.Select(branch => branch.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. local,
            .. remote
                .Where(branch => !here.Contains(branch.Name))
                .OrderBy(branch => branch.Remote == "origin" ? 0 : 1)
                .DistinctBy(branch => branch.Name, StringComparer.Ordinal)
                .OrderByDescending(branch => branch.CommittedAt),
        ];
    }

    /// <summary>Fetches from all remotes and forgets branches that they no longer have.</summary>
    public async Task FetchAsync(Action<CloneProgress>? onProgress, CancellationToken cancellationToken) =>
        await git.RunAsync(
            path, ["fetch", "--all", "--prune", "--progress"], cancellationToken, CloneProgress.Reader(onProgress));

    /// <summary>The commit that a name stands for; null when there is none.</summary>
    public async Task<string?> FindCommitAsync(string name, CancellationToken cancellationToken)
    {
        var found = await git.TryRunAsync(
            path, ["rev-parse", "--verify", "--quiet", "--end-of-options", $"{name}^{{commit}}"], cancellationToken);
        return found.ExitCode == 0 ? found.Text.Trim() : null;
    }

    /// <summary>Says why a name cannot be a branch; null when it can.</summary>
    public static async Task<string?> WhyNotABranchAsync(GitProgram git, string name, CancellationToken cancellationToken)
    {
        const string Rule = "A branch name has no spaces, no '..', no '~^:?*[\\', no part that begins with a dot or ends with '.lock', "
            + "and does not begin with '-'.";
        if (name.Length is 0 or > 200 || name[0] == '-' || name is "HEAD" or "@" || name.Contains('\0', StringComparison.Ordinal))
        {
            return $"'{name}' cannot be a branch. {Rule}";
        }

        var check = await git.TryRunAsync("/", ["check-ref-format", $"refs/heads/{name}"], cancellationToken);
        return check.ExitCode == 0 ? null : $"'{name}' cannot be a branch. {Rule}";
    }

    internal async Task<IReadOnlyList<string>> ListRemotesAsync(CancellationToken cancellationToken) =>
        (await git.RunAsync(path, ["remote"], cancellationToken)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static (string Remote, string Branch)? SplitRemote(string name, IReadOnlyList<string> remotes) =>
        remotes
            .Where(remote => name.StartsWith($"{remote}/", StringComparison.Ordinal))
            .OrderByDescending(remote => remote.Length)   // a remote's name may hold a slash
            .Select(remote => ((string, string)?)(remote, name[(remote.Length + 1)..]))
            .FirstOrDefault();

    private async Task<string?> FindRemoteUrlAsync(CancellationToken cancellationToken)
    {
        var url = await git.TryRunAsync(path, ["config", "--get", "remote.origin.url"], cancellationToken);
        return url.ExitCode == 0 ? Credentials.Strip(url.Text.Trim()) : null;
    }
}
