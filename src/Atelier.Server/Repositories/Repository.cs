using System.Text.RegularExpressions;
using Atelier.Server.Hosts;

namespace Atelier.Server.Repositories;

internal enum RepositoryStatus
{
    Cloning,
    Ready,
    Failed,
}

/// <summary>A git repository that sessions work on. Its files are its host's; the row says where, and how worktrees of it are set up.</summary>
internal sealed partial record Repository
{
    public required RepositoryId Id { get; init; }

    public required string Owner { get; init; }

    public required string Name { get; init; }

    /// <summary>directory: a working copy on a host; git: cloned from a URL.</summary>
    public required string Provider { get; init; }

    public required HostId HostId { get; init; }

    /// <summary>Absolute path on the host; null until a clone is there.</summary>
    public string? Path { get; init; }

    /// <summary>Where it was cloned from, without credentials.</summary>
    public string? Url { get; init; }

    /// <summary>Null in an empty repository.</summary>
    public string? DefaultBranch { get; init; }

    public required RepositoryStatus Status { get; init; }

    /// <summary>Why it failed, in words.</summary>
    public string? Problem { get; init; }

    /// <summary>Run in each new worktree; null for none.</summary>
    public string? SetupCommand { get; init; }

    /// <summary>Files put into each new worktree, by path in it; placeholders are filled.</summary>
    public IReadOnlyDictionary<string, string> TemplateFiles { get; init; } = new Dictionary<string, string>();

    /// <summary>Untracked files of the repository's own working tree that are copied into each new worktree; globs.</summary>
    public IReadOnlyList<string> CopyFiles { get; init; } = [];

    /// <summary>When somebody asked for it; for a clone that failed and is tried again, the last time.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Owner and name from a URL's last two parts, as people know them; a host is known without its port and who is asked for there.</summary>
    public static (string Owner, string Name) NameOf(string url)
    {
        var place = Place().Match(url);
        var parts = url[place.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        var name = parts.Length > 0 ? parts[^1] : url;
        name = name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name;
        var owner = parts.Length > 1 ? parts[^2] : place.Groups["host"].Value;
        return (owner.Length > 0 ? owner : "local", name.Length > 0 ? name : "repository");
    }

    [GeneratedRegex(@"^(\w+://([^/@]*@)?(?<host>[^/:]*)(:\d+)?/|([^/@:]*@)?(?<host>[^/:]+):)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
