using System.Globalization;
using System.Text.RegularExpressions;

namespace Atelier.HostDaemon.Worktrees;

/// <summary>What placeholders in template files stand for.</summary>
/// <param name="Number">The worktree's number.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="Repository">The repository's name.</param>
/// <param name="Path">The worktree's path.</param>
/// <param name="Port">First port of its range.</param>
internal sealed record Placeholders(int Number, string Branch, string Repository, string Path, int Port);

/// <summary>Fills placeholders in template files.</summary>
/// <remarks>
/// <code>
/// PORT={{WORKTREE_NUM + 3000}}   DB=app_{{WORKTREE_NUM}}   URL=http://localhost:{{PORT+1}}   BRANCH={{BRANCH}}
/// </code>
/// Numbers take one of + - * / and a whole number. What is not a placeholder, or cannot be computed, stays as it stands.
/// </remarks>
internal static partial class PlaceholderText
{
    public static string Fill(string text, Placeholders values) => Placeholder().Replace(text, match =>
        match.Groups["name"].Value switch
        {
            "BRANCH" when !match.Groups["operator"].Success => values.Branch,
            "REPO" when !match.Groups["operator"].Success => values.Repository,
            "WORKTREE_PATH" when !match.Groups["operator"].Success => values.Path,
            "WORKTREE_NUM" => Compute(values.Number, match) ?? match.Value,
            "PORT" => Compute(values.Port, match) ?? match.Value,
            _ => match.Value,
        });

    private static string? Compute(long value, Match match)
    {
        if (!match.Groups["operator"].Success)
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        var other = long.Parse(match.Groups["operand"].ValueSpan, CultureInfo.InvariantCulture);
        long? result = match.Groups["operator"].ValueSpan[0] switch
        {
            '+' => value + other,
            '-' => value - other,
            '*' => value * other,
            '/' when other != 0 => value / other,
            _ => null,
        };
        return result?.ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        @"\{\{\s*(?<name>WORKTREE_NUM|WORKTREE_PATH|BRANCH|REPO|PORT)\s*(?:(?<operator>[-+*/])\s*(?<operand>\d{1,9})\s*)?\}\}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
