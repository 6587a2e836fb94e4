using System.Text.RegularExpressions;

namespace Atelier.Server.Repositories;

/// <summary>What is said of an address that somebody wants cloned.</summary>
internal abstract record CloneAddressDecision
{
    private CloneAddressDecision()
    {
    }

    internal sealed record Accepted(string Url) : CloneAddressDecision;

    /// <summary>It would be stored, and shown to everybody who may see the repository.</summary>
    internal sealed record CarriesASecret : CloneAddressDecision;

    internal sealed record NotAnAddress : CloneAddressDecision;
}

/// <summary>Addresses as git takes them, without secrets: <c>https://host/path</c>, <c>ssh://user@host:22/path</c>, <c>user@host:path</c>, <c>file:///path</c>.</summary>
/// <remarks>Not git's remote helpers: <c>ext::command</c> runs a command.</remarks>
internal static partial class CloneAddress
{
    private const int MaxLength = 2_000;
    private const string AfterScheme = "://";

    private static readonly string[] s_schemes = ["https", "http", "ssh", "git", "file"];

    public static CloneAddressDecision Decide(string text)
    {
        var url = text.Trim();
        return url.Length is 0 or > MaxLength || url.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)) ? new CloneAddressDecision.NotAnAddress()
            : url[0] == '/' ? new CloneAddressDecision.Accepted(url)
            : url.IndexOf(AfterScheme, StringComparison.Ordinal) is > 0 and var end ? DecideUrl(url, url[..end].ToLowerInvariant(), url[(end + AfterScheme.Length)..])
            : DecideShort(url);
    }

    /// <summary>An address as people see it; null for one with a secret, of a row from before such were refused.</summary>
    public static string? Shown(string? url) => url is not null && Decide(url) is CloneAddressDecision.CarriesASecret ? null : url;

    private static CloneAddressDecision DecideUrl(string url, string scheme, string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (!s_schemes.Contains(scheme) || slash < 0 || slash == rest.Length - 1)
        {
            return rest.Contains('@', StringComparison.Ordinal) ? new CloneAddressDecision.CarriesASecret() : new CloneAddressDecision.NotAnAddress();
        }

        if (scheme == "file")
        {
            return slash == 0 ? new CloneAddressDecision.Accepted(url) : new CloneAddressDecision.NotAnAddress();
        }

        // For ssh a user name says whom to ask for, and keys let in; with others it goes with a password, or is a token itself.
        var place = Place().Match(rest[..slash]);
        return place.Success && (scheme == "ssh" || !place.Groups["user"].Success) && rest.IndexOfAny(['?', '#']) < 0 ? new CloneAddressDecision.Accepted(url)
            : rest.IndexOfAny(['@', '?', '#']) >= 0 ? new CloneAddressDecision.CarriesASecret()
            : new CloneAddressDecision.NotAnAddress();
    }

    /// <summary><c>user@host:path</c>.</summary>
    private static CloneAddressDecision DecideShort(string url)
    {
        var parts = Short().Match(url);
        return !parts.Success || s_schemes.Contains(parts.Groups["host"].Value.ToLowerInvariant()) ? new CloneAddressDecision.NotAnAddress()
            : parts.Groups["path"].Value.Split('/')[0].Contains('@', StringComparison.Ordinal) ? new CloneAddressDecision.CarriesASecret() // user:password@host…
            : new CloneAddressDecision.Accepted(url);
    }

    [GeneratedRegex(@"^((?<user>\w[\w.+-]*)@)?(\w[\w.-]*|\[[0-9a-fA-F:.]+\])(:\d{1,5})?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();

    [GeneratedRegex(@"^(\w[\w.+-]*@)?(?<host>\w[\w.-]*|\[[0-9a-fA-F:.]+\]):(?<path>[^:].*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Short();
}
