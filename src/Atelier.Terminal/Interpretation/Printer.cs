using Atelier.Terminal.Buffers;
using Atelier.Terminal.Cells;
using Atelier.Terminal.Modes;

namespace Atelier.Terminal.Interpretation;

/// <summary>Puts characters on the screen.</summary>
internal sealed class Printer(TerminalState state)
{
    // Only where a run of characters begins is half a wide character left of it taken away.
    private bool _isInRun;

    private ScreenBuffer Buffer => state.Active;

    /// <summary>Prints bytes from 0x20 to 0x7E.</summary>
    public void PrintAscii(ReadOnlySpan<byte> text)
    {
        if (state.Modes.Insert || !state.Charsets.IsAscii || Buffer.HasSideMargins)
        {
            foreach (var character in text)
            {
                Print(character);
            }

            return;
        }

        var buffer = Buffer;
        var plain = Cell.AsciiBase(state.PenStyle);
        while (text.Length > 0)
        {
            if (buffer.X >= buffer.Columns)
            {
                if (state.Modes.AutoWrap)
                {
                    Wrap(buffer);
                }
                else
                {
                    // Each one replaces the one before, in the last column.
                    buffer.X = buffer.Columns - 1;
                    text = text[^1..];
                }
            }

            var row = buffer.Current;
            var column = buffer.X;
            BeginRun(row, column);
            var count = Math.Min(text.Length, buffer.Columns - column);
            var cells = row.Bits.Slice(column, count);
            for (var at = 0; at < cells.Length; at++)
            {
                cells[at] = plain | text[at];
            }

            buffer.X = column + count;
            CloseLeftOver(row, buffer.X);
            text = text[count..];
        }

        state.PrecedingWidth = 1;
    }

    /// <summary>Something else than a character came.</summary>
    public void EndRun() => _isInRun = false;

    public void Print(int codePoint)
    {
        if (!state.Charsets.IsAscii)
        {
            codePoint = CharsetTables.Translate(state.Charsets.Current, codePoint);
        }

        var width = CharacterWidths.Of(codePoint);
        if (width == 0 && state.PrecedingWidth > 0)
        {
            Join(codePoint);
            return;
        }

        state.PrecedingWidth = width;
        if (Buffer.HasSideMargins)
        {
            PrintBetweenMargins(codePoint, width);
            return;
        }

        var buffer = Buffer;
        BeginRun(buffer.Current, buffer.X);
        if (buffer.X + width > buffer.Columns)
        {
            if (state.Modes.AutoWrap)
            {
                // The last column stays empty when a wide character does not fit into it.
                if (buffer.X < buffer.Columns)
                {
                    buffer.Current[buffer.X] = Cell.Of(0, 1, state.PenStyle);
                }

                Wrap(buffer);
            }
            else
            {
                buffer.X = buffer.Columns - 1;
                if (width == 2)
                {
                    CloseLeftOver(buffer.Current, buffer.X);
                    return;
                }
            }
        }

        if (buffer.X < buffer.Columns)
        {
            Put(buffer, codePoint, width);
            CloseLeftOver(buffer.Current, buffer.X);
        }
        else
        {
            // A mark with nothing to join is lost behind the last column; the next one wraps.
            buffer.X = buffer.Columns + 1;
        }
    }

    /// <summary>REP: prints what is left of the cursor again. More than a screenful leaves nothing else to see.</summary>
    public void Repeat(int count)
    {
        var buffer = Buffer;
        var column = buffer.X - state.PrecedingWidth + (buffer.IsWrapPendingAtMargin ? 1 : 0);
        if (state.PrecedingWidth == 0 || column < 0 || column >= buffer.Current.Length)
        {
            return;
        }

        var text = state.Appearance.TextOf(buffer.Current[column]);
        state.PrecedingWidth = 0;
        for (count = Math.Min(count, buffer.Columns * buffer.RowCount); count > 0; count--)
        {
            foreach (var rune in text.EnumerateRunes())
            {
                Print(rune.Value);
            }
        }
    }

    private void Put(ScreenBuffer buffer, int codePoint, int width)
    {
        var row = buffer.Current;
        var style = state.PenStyle;
        if (state.Modes.Insert && width > 0)
        {
            row.Insert(buffer.X, width, Cell.Of(0, 1, style));
            if (row.StartsWide(buffer.Columns - 1))
            {
                row[buffer.Columns - 1] = Cell.Of(0, 1, style);
            }
        }

        row[buffer.X] = Cell.Of(codePoint, width, style);
        if (width == 2)
        {
            row[buffer.X + 1] = Cell.Of(0, 0, style);
        }

        buffer.X += Math.Max(width, 1);
    }

    // DEC STD 070: inside the margins a line ends at the right one, and the next begins at the left one.
    private void PrintBetweenMargins(int codePoint, int width)
    {
        var buffer = Buffer;
        var end = buffer.X <= buffer.Right ? buffer.Right + 1 : buffer.Columns;
        if (buffer.IsWrapPendingAtMargin || buffer.X + width > end)
        {
            if (state.Modes.AutoWrap)
            {
                buffer.X = buffer.Left;
                NextLine(buffer, isWrapped: false);
                end = buffer.Right + 1;
            }
            else
            {
                buffer.X = Math.Max(0, end - Math.Max(width, 1));
            }
        }

        var row = buffer.Current;
        BeginRun(row, buffer.X);
        if (state.Modes.Insert)
        {
            row.Shift(buffer.X, end, width, Cell.Of(0, 1, state.PenStyle), toTheRight: true);
        }

        if (buffer.X + width > end)
        {
            return;
        }

        row[buffer.X] = Cell.Of(codePoint, width, state.PenStyle);
        if (width == 2)
        {
            row[buffer.X + 1] = Cell.Of(0, 0, state.PenStyle);
        }

        var next = buffer.X + Math.Max(width, 1);
        CloseLeftOver(row, next);
        buffer.X = next;
        if (next == end && end <= buffer.Right + 1 && end < buffer.Columns)
        {
            buffer.X = end - 1;
            buffer.IsWrapPendingAtMargin = true;
        }
    }

    private void Wrap(ScreenBuffer buffer)
    {
        buffer.X = 0;
        NextLine(buffer, isWrapped: true);
    }

    private void NextLine(ScreenBuffer buffer, bool isWrapped)
    {
        if (buffer.Y == buffer.Bottom)
        {
            buffer.Scroll(state.Erased, isWrapped);
            return;
        }

        buffer.Y = Math.Min(buffer.Y + 1, buffer.RowCount - 1);
        buffer.Current.IsWrapped = isWrapped;
    }

    private void Join(int codePoint)
    {
        var buffer = Buffer;
        var row = buffer.Current;
        var before = buffer.IsWrapPendingAtMargin ? buffer.X : buffer.X - 1;
        var column = before >= 0 && row[before].Width == 0 ? before - 1 : before;
        if (column < 0)
        {
            return;
        }

        // A change of size may have left the cursor inside a wide character.
        BeginRun(row, before + 1);
        var cell = row[column];
        if (!cell.HasText)
        {
            row[column] = Cell.Of(codePoint, state.PrecedingWidth, cell.Style);
        }
        else if (state.Appearance.Clusters.NumberOf(state.Appearance.TextOf(cell) + char.ConvertFromUtf32(codePoint)) is >= 0 and var number)
        {
            row[column] = Cell.OfCluster(number, state.PrecedingWidth, cell.Style);
        }

        CloseLeftOver(row, before + 1);
    }

    private void BeginRun(Row row, int column)
    {
        if (!_isInRun && column > 0 && column <= row.Length && row.StartsWide(column - 1))
        {
            row[column - 1] = Cell.Of(0, 1, state.PenStyle);
        }

        _isInRun = true;
    }

    private void CloseLeftOver(Row row, int column)
    {
        if (column < Buffer.Columns && row.IsLeftOver(column))
        {
            row[column] = Cell.Of(0, 1, state.PenStyle);
        }
    }
}
