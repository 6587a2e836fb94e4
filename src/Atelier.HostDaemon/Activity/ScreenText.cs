using System.Collections.Immutable;

namespace Atelier.HostDaemon.Activity;

/// <summary>The text on a terminal's screen at one moment, row by row from the top, and the title the program gave its terminal.</summary>
internal sealed record ScreenText(ImmutableArray<string> Rows, string Title = "")
{
    public static ScreenText Empty { get; } = new([]);

    public bool IsBlank => Rows.All(string.IsNullOrWhiteSpace);

    /// <summary>The lowest rows with text on them, from the top, without frames and blanks around them.</summary>
    public IReadOnlyList<string> LowestRows(int count)
    {
        var rows = new List<string>(count);
        for (var row = Rows.Length - 1; row >= 0 && rows.Count < count; row--)
        {
            var text = Rows[row].Trim(' ', '\u00a0', '│', '┃', '║', '|');
            if (text.Length > 0)
            {
                rows.Add(text);
            }
        }

        rows.Reverse();
        return rows;
    }
}
