using System.Text;
using Atelier.Terminal.Buffers;
using Atelier.Terminal.Cells;
using Atelier.Terminal.Modes;

namespace Atelier.Terminal.Tests;

/// <summary>Says of a screen, line by line, what oracle.mjs says of the page's terminal.</summary>
internal static class Description
{
    public static string[] Describe(this Screen screen, int scrollBackLines)
    {
        var state = screen.State;
        var modes = screen.Modes;
        var lines = new List<string>
        {
            $"size {screen.Columns} {screen.Rows} {(screen.IsAlternate ? "alternate" : "main")}",
            $"cursor {screen.Cursor.Column} {screen.Cursor.Row} preceding {state.PrecedingWidth}",
            $"pen {Text(state, state.Pen.Style)}",
            $"title {screen.Title}",
            $"charsets {Name(state.Charsets.Current)} {state.Charsets.Level} {string.Join(' ', state.Charsets.Sets.ToArray().Select(Name))}",
            $"modes insert {Word(modes.Insert)} newline {Word(modes.NewLine)} keys {Word(modes.ApplicationCursorKeys)}"
                + $" keypad {Word(modes.ApplicationKeypad)} origin {Word(modes.Origin)} wrap {Word(modes.AutoWrap)} reverse {Word(modes.ReverseWrap)}"
                + $" focus {Word(modes.FocusEvents)} paste {Word(modes.BracketedPaste)} synchronized {Word(modes.SynchronizedOutput)}",
            $"mouse {Mouse(modes.Mouse)} {Encoding(modes.MouseEncoding)}",
            $"shape {modes.CursorShape.ToString().ToLowerInvariant()} {Word(modes.CursorShapeBlinks)} blink {Word(modes.CursorBlink ?? false)} hidden {Word(!modes.CursorVisible)}",
        };
        foreach (var buffer in screen.IsAlternate ? new[] { state.Main, state.Alternate } : [state.Main])
        {
            lines.Add($"margins {buffer.Top} {buffer.Bottom}");
            lines.Add(Saved(screen, buffer));
            lines.Add($"tabs {string.Join(' ', Enumerable.Range(0, screen.Columns).Where(column => buffer.Tabs[column]))}");
            var kept = buffer.ScrollBack?.Read(screen.Columns, Math.Max(0, buffer.ScrollBack.Count - scrollBackLines)) ?? [];
            var first = lines.Count;
            foreach (var row in kept.Concat(buffer.Rows))
            {
                lines.Add(Text(state, row, screen.Columns, buffer == state.Main && lines.Count > first));
            }
        }

        return [.. lines];
    }

    private static string Saved(Screen screen, ScreenBuffer buffer)
    {
        var (x, line, pen, charset) = buffer.Saved;
        return $"saved {Math.Min(x, screen.Columns - 1)} {Math.Clamp(line - buffer.Base, 0, screen.Rows - 1)} "
            + $"{Text(pen.Foreground)} {Text(pen.Background)} {Text(pen.Attributes)} {Name(charset)} above {(buffer == screen.State.Main ? Math.Min(line - buffer.Base, screen.Rows - 1) : 0)}";
    }

    private static string Text(TerminalState state, Row row, int columns, bool withWrap)
    {
        var text = new StringBuilder(withWrap && row.IsWrapped ? "~" : "|");
        var last = "";
        for (var column = 0; column < columns; column++)
        {
            var isCut = (row.StartsWide(column) && column == columns - 1)
                || (row.IsLeftOver(column) && (column == 0 || !row.StartsWide(column - 1)));
            var cell = isCut ? Cell.Of(0, 1, row[column].Style) : row[column];
            var style = state.Appearance.Styles[cell.Style];
            var look = cell.HasText || cell.Width == 0 ? Text(state, style) : $"bg {Text(style.Background)}";
            if (look != last)
            {
                text.Append('{').Append(look).Append('}');
            }

            last = look;
            column += cell.Width == 2 && !row[column + 1].HasText ? 1 : 0;
            text.Append(cell.HasText ? state.Appearance.TextOf(cell) + (cell.Width == 1 ? "" : $"<{cell.Width}>") : cell.Width == 1 ? "_" : "");
        }

        return text.ToString();
    }

    private static string Text(TerminalState state, Style style)
    {
        // The oracle cannot tell a white underline from none.
        var underline = Text(style.UnderlineColor) is "#ffffff" ? "-" : Text(style.UnderlineColor);
        var uri = style.Link == 0 ? "" : state.Appearance.Links[style.Link]!.Uri;
        return $"{Text(style.Foreground)},{Text(style.Background)},{Text(style.Attributes)},{(int)style.Underline},{underline},{uri}";
    }

    private static string Text(Color color) => color.Kind switch
    {
        ColorKind.Named => $"n{color.Value}",
        ColorKind.Indexed => $"i{color.Value}",
        ColorKind.Rgb => $"#{color.Value:x6}",
        _ => "-",
    };

    private static string Text(StyleAttributes attributes) => string.Concat(
        new[]
        {
            (StyleAttributes.Bold, "b"), (StyleAttributes.Dim, "d"), (StyleAttributes.Italic, "i"), (StyleAttributes.Underline, "u"),
            (StyleAttributes.Blink, "k"), (StyleAttributes.Inverse, "r"), (StyleAttributes.Invisible, "h"),
            (StyleAttributes.Strikethrough, "s"), (StyleAttributes.Overline, "o"), (StyleAttributes.Protected, "p"),
        }.Where(pair => attributes.HasFlag(pair.Item1)).Select(pair => pair.Item2));

    private static string Name(char charset) => string.Concat("`@[#~".Select(character => (char)CharsetTables.Translate(charset, character)));

    private static string Word(bool value) => value ? "true" : "false";

    private static string Mouse(MouseTracking tracking) => tracking switch
    {
        MouseTracking.X10 => "X10",
        MouseTracking.Buttons => "VT200",
        MouseTracking.Drag => "DRAG",
        MouseTracking.Any => "ANY",
        _ => "NONE",
    };

    private static string Encoding(MouseEncoding encoding) => encoding switch
    {
        MouseEncoding.Sgr => "SGR",
        MouseEncoding.SgrPixels => "SGR_PIXELS",
        _ => "DEFAULT",
    };
}
