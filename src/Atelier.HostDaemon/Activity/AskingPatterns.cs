using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Atelier.HostDaemon.Activity;

/// <summary>How a question to a person looks: forms that all programs share, and the words of the program at hand.</summary>
/// <remarks>
/// <code>
/// │ ● 1. Allow once                    ❯ 1. Yes                    Allow once   Allow always   Reject     enter confirm
/// │   2. Allow for this session          2. No                     Run it? [y/N]
/// </code>
/// </remarks>
internal sealed partial class AskingPatterns
{
    /// <summary>A dialog above this many rows of text has been answered.</summary>
    private const int LowestRows = 24;

    /// <summary>A question that is answered on its line stands at the very end.</summary>
    private const int LineQuestionRows = 1;

    /// <summary>The rows between a selected choice and the next one; long choices wrap.</summary>
    private const int ChoiceRows = 4;

    private static readonly TimeSpan s_matchTimeout = TimeSpan.FromMilliseconds(100);

    private readonly ImmutableArray<Regex> _plain;
    private readonly ImmutableArray<Regex> _squeezed;

    /// <param name="patterns">
    /// Regular expressions of the program; those that are none are left out and named in <see cref="Broken"/>.
    /// </param>
    public AskingPatterns(IEnumerable<string> patterns)
    {
        var plain = ImmutableArray.CreateBuilder<Regex>();
        var squeezed = ImmutableArray.CreateBuilder<Regex>();
        var broken = ImmutableArray.CreateBuilder<string>();
        foreach (var pattern in patterns)
        {
            try
            {
                plain.Add(Compiled(pattern));
                squeezed.Add(Compiled(PatternBlanks().Replace(pattern, "")));
            }
            catch (ArgumentException)
            {
                broken.Add(pattern);
            }
        }

        _plain = plain.ToImmutable();
        _squeezed = squeezed.ToImmutable();
        Broken = broken.ToImmutable();
    }

    /// <summary>Patterns that are no regular expressions.</summary>
    public ImmutableArray<string> Broken { get; }

    public bool AreOn(ScreenText screen)
    {
        var rows = screen.LowestRows(LowestRows);
        return HasChoices(rows)
            || rows.Any(row => Buttons().IsMatch(row))
            || rows.TakeLast(LineQuestionRows).Any(row => LineQuestion().IsMatch(row))
            || Any(_plain, string.Join('\n', rows))
            || Any(_squeezed, string.Join('\n', rows.Select(row => row.Replace(" ", "", StringComparison.Ordinal))));
    }

    private static bool HasChoices(IReadOnlyList<string> rows)
    {
        // A list above the prompt is an answer; a program that asks has no prompt, or has it above.
        for (var row = rows.ToList().FindLastIndex(text => Prompt().IsMatch(text)) + 1; row < rows.Count; row++)
        {
            if (SelectedChoice().IsMatch(rows[row])
                && (Near(rows, row + 1, row + ChoiceRows) || Near(rows, row - ChoiceRows, row - 1)))
            {
                return true;
            }
        }

        return false;

        static bool Near(IReadOnlyList<string> rows, int from, int to) =>
            rows.Skip(Math.Max(from, 0)).Take(to - Math.Max(from, 0) + 1).Any(row => Choice().IsMatch(row));
    }

    private static Regex Compiled(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant, s_matchTimeout);

    private static bool Any(ImmutableArray<Regex> patterns, string text)
    {
        foreach (var pattern in patterns)
        {
            try
            {
                if (pattern.IsMatch(text))
                {
                    return true;
                }
            }
            catch (RegexMatchTimeoutException)
            {
                // A pattern that takes this long says nothing about this screen.
            }
        }

        return false;
    }

    [GeneratedRegex(@"^[❯›▸▶►●◉→>*]\s*\d{1,2}[.)]\s+\S", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex SelectedChoice();

    [GeneratedRegex(@"^[>❯›]([\s\u00a0]+(?!\d{1,2}[.)]\s)|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Prompt();

    [GeneratedRegex(@"^\d{1,2}[.)]\s+\S", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Choice();

    [GeneratedRegex(
        @"^\W*(allow|approve|accept|yes)\b.*\s{2,}(reject|deny|decline|no)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 100)]
    private static partial Regex Buttons();

    [GeneratedRegex(
        @"[\[(]\s*y(es)?\s*[/|]\s*n(o)?\b[^\])]*[\])]\W*(\w{1,3})?$|\(y\)es\s*/\s*\(n\)o",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 100)]
    private static partial Regex LineQuestion();

    [GeneratedRegex(@"\\s[*+?]?| ", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex PatternBlanks();
}
