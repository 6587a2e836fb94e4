using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Atelier.Git.Worktrees;

/// <summary>Names the folder of a branch's worktree: readable, one path segment, and another one for every branch.</summary>
public static partial class WorktreeFolder
{
    private const int MaxReadable = 80;

    /// <summary>The folder's name.</summary>
    /// <remarks>
    /// <c>main</c> → <c>main</c>; <c>feature/login</c> → <c>feature-login-</c> and eight digits of the name's hash. A name that already looks
    /// like that gets a hash as well, so that no two branches meet.
    /// </remarks>
    /// <param name="branch">A valid branch name.</param>
    public static string NameFor(string branch)
    {
        if (Plain().IsMatch(branch) && !Hashed().IsMatch(branch))
        {
            return branch;
        }

        var readable = Unusual().Replace(branch, "-").Trim('-', '.');
        if (readable.Length > MaxReadable)
        {
            readable = readable[..MaxReadable];
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(branch)))[..8];
        return readable.Length > 0 ? $"{readable}-{hash}" : $"branch-{hash}";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plain();

    [GeneratedRegex(@"-[0-9a-f]{8}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hashed();

    [GeneratedRegex("[^A-Za-z0-9_.]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unusual();
}
