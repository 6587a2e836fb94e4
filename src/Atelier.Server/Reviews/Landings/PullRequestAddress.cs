using System.Text.RegularExpressions;

namespace Atelier.Server.Reviews.Landings;

/// <summary>Where a browser opens a request to pull a pushed branch; pure.</summary>
internal static partial class PullRequestAddress
{
    /// <summary>The address, by what the remote's host is called; null where nobody knows.</summary>
    /// <remarks>
    /// Remotes look like <c>https://host/owner/name.git</c>, <c>ssh://git@host:22/owner/name</c>, <c>git@host:group/sub/name.git</c>. GitHub and Gitea take a
    /// comparison, GitLab and Bitbucket a query. A path on a disk has no page.
    /// </remarks>
    public static string? Of(string? remote, string branch, string into)
    {
        if (remote is null || Remote().Match(remote.Trim()) is not { Success: true } match)
        {
            return null;
        }

        var host = match.Groups["host"].Value;
        var path = match.Groups["path"].Value;
        path = path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
        var page = $"https://{host}/{path}";
        var (what, onto) = (Uri.EscapeDataString(branch), Uri.EscapeDataString(into));
        return host switch
        {
            _ when Is("github") => $"{page}/compare/{InPath(into)}...{InPath(branch)}?expand=1",
            _ when Is("gitlab") => $"{page}/-/merge_requests/new?merge_request%5Bsource_branch%5D={what}&merge_request%5Btarget_branch%5D={onto}",
            _ when Is("bitbucket") => $"{page}/pull-requests/new?source={what}&dest={onto}",
            _ when Is("gitea") || Is("forgejo") || Is("codeberg") => $"{page}/compare/{InPath(into)}...{InPath(branch)}",
            _ => null,
        };

        bool Is(string name) => host.Contains(name, StringComparison.OrdinalIgnoreCase);
    }

    private static string InPath(string branch) => string.Join('/', branch.Split('/').Select(Uri.EscapeDataString));

    [GeneratedRegex(
        @"^(?:(?:https?|ssh|git)://(?:[^/@]+@)?(?<host>[^/:@]+)(?::\d{1,5})?/|(?:[^/@:\s]+@)?(?<host>[^/:@\s]+):(?!/))(?<path>[^\s?#]+?)/?$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Remote();
}
