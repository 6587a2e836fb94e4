using System.Text.RegularExpressions;

namespace Atelier.Git;

/// <summary>Takes user names and passwords out of URLs before anybody sees them.</summary>
public static partial class Credentials
{
    /// <summary>The text with <c>scheme://anything@host</c> written as <c>scheme://host</c>.</summary>
    public static string Strip(string text) => UserInfo().Replace(text, "${scheme}");

    // An ssh user name (git@host:path, ssh://git@host) is no secret, but ssh://user:password@host is.
    [GeneratedRegex(
        @"(?<scheme>(?:https?|ftps?|git)://)[^/\s@']*(?:@[^/\s@']*)*@|(?<=ssh://[^/\s@':]*):[^/\s@']*(?=@)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserInfo();
}
