using System.Text.RegularExpressions;

namespace Atelier.HostDaemon.Activity;

/// <summary>
/// The words by which programs tell how to stop them, and titles that say they work. They stand there as long as a turn runs.
/// </summary>
/// <remarks>
/// <code>
/// ⠙ Thinking... (esc to cancel, 4s)        ⬝⬝⬝⬝■■■■  esc interrupt        esc to interrupt · ? for shortcuts
/// ⠐ Fix the build                          a title with a spinner before it; ✳ Fix the build when the turn is over
/// ✦  Working… (project)                    a title, too
/// Enter to select · Esc to cancel          not one of them: a menu
/// ✦ You can press esc to interrupt it.     not one of them: somebody talks about it
/// </code>
/// </remarks>
internal static partial class WorkingHint
{
    /// <summary>A hint above this many rows of text is part of the conversation.</summary>
    private const int LowestRows = 14;

    /// <summary>The rows, or the title, that say so.</summary>
    public static IEnumerable<string> On(ScreenText screen)
    {
        var rows = screen.LowestRows(LowestRows).Where(row => Stop().IsMatch(row) || Cancel().IsMatch(row));
        return Title().IsMatch(screen.Title) ? rows.Append(screen.Title) : rows;
    }

    [GeneratedRegex(
        @"^\s*[\u2801-\u28ff]|\bworking(…|\.\.\.)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Title();

    // At the begin of its row but for a spinner, at the other end of it, or in the brackets behind what is being done.
    [GeneratedRegex(
        @"(^[^\p{L}]*|\s{3}|[(•·][\d\shms•·,:]*)(esc|escape|ctrl[ +-]c) (again )?(to )?(interrupt|stop|abort)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Stop();

    // "Cancel" also closes menus; behind a spinner and beside a count of seconds it stops work.
    [GeneratedRegex(
        @"^[^\p{L}\d\s].*\(([^()]*\b\d+s\b[^()]*esc to cancel|esc to cancel[^()]*\b\d+s\b)[^()]*\)(\s{2}|$)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Cancel();
}
