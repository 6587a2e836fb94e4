using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Buffers;

/// <summary>One change of a screen's size, step by step as xterm.js does it, for the page does it at the same offset.</summary>
/// <remarks>
/// A taller screen takes lines back from the scroll-back while the cursor is on its last row; a lower one first gives up
/// empty rows below the cursor. Only the main screen reflows.
/// </remarks>
internal sealed class BufferResize(ScreenBuffer buffer, Appearance appearance, List<Row> screen, int oldColumns, int oldRows)
{
    private List<Row> _rows = screen;
    private readonly ScrollBack? _scrollBack = buffer.ScrollBack;

    public Row[] Rows => [.. _rows];

    public int X { get; private set; } = buffer.X;

    public int Y { get; private set; } = buffer.Y;

    public int Base { get; private set; } = buffer.ScrollBack?.Count ?? 0;

    // Lines the byte limit took no longer count.
    public int SavedLine { get; private set; } = Math.Max(0, buffer.Saved.Line - buffer.Base + (buffer.ScrollBack?.Count ?? 0));

    public void To(int columns, int rowCount)
    {
        IEnumerable<Row> MovingRows() => _rows;
        appearance.Watch(MovingRows);
        Change(columns, rowCount);
        appearance.Unwatch(MovingRows);
    }

    private void Change(int columns, int rowCount)
    {
        if (columns > oldColumns)
        {
            LengthenRows(columns);
        }

        var added = rowCount > oldRows ? Grow(columns, rowCount) : Shrink(rowCount);
        X = Math.Min(X, columns - 1);
        Y = Math.Min(Y, rowCount - 1) + added;
        if (_scrollBack is not null && columns != oldColumns)
        {
            Reflow(columns, rowCount, _scrollBack);
        }
    }

    private void LengthenRows(int columns)
    {
        foreach (var row in _rows)
        {
            // The alternate screen's rows keep their length when it shrinks, and what they held comes back.
            if (row.Length != columns)
            {
                row.Resize(columns);
            }
        }
    }

    private int Grow(int columns, int rowCount)
    {
        var taken = 0;
        for (var count = oldRows; count < rowCount; count++)
        {
            var isCursorLast = _rows.Count - taken <= Y + 1;
            if (Base > 0 && isCursorLast && _scrollBack is not null)
            {
                _rows.Insert(0, _scrollBack.TakeNewest(columns == oldColumns ? oldColumns : Math.Max(columns, oldColumns)));
                Base--;
                taken++;
            }
            else
            {
                _rows.Add(new Row(columns, Cell.Empty));
            }
        }

        return taken;
    }

    private int Shrink(int rowCount)
    {
        for (var count = oldRows; count > rowCount; count--)
        {
            if (_rows.Count > Y + 1)
            {
                _rows.RemoveAt(_rows.Count - 1);
                continue;
            }

            _scrollBack?.Append(_rows[0]);
            _rows.RemoveAt(0);
            Base++;
            Y--;
        }

        // The cursor kept its distance from the last row only if it was pushed up; its clamping below undoes the rest.
        var limit = _scrollBack?.LineLimit ?? 0;
        if (Base > limit)
        {
            SavedLine = Math.Max(0, SavedLine - (Base - limit));
            Base = limit;
        }

        return 0;
    }

    private void Reflow(int columns, int rowCount, ScrollBack scrollBack)
    {
        var lines = new List<Row>(scrollBack.Count + _rows.Count);
        var below = _rows;
        IEnumerable<Row> MovingLines() => lines.Concat(below);
        appearance.Watch(MovingLines);
        lines.AddRange(scrollBack.Read(Math.Max(columns, oldColumns)));
        lines.AddRange(_rows);
        var reflow = new Reflow(lines, Base, Y, SavedLine, oldColumns, columns, rowCount, rowCount + scrollBack.LineLimit);
        reflow.Run();

        Base = Math.Clamp(reflow.Base, 0, lines.Count);
        Y = Math.Clamp(reflow.Y, 0, rowCount - 1);
        SavedLine = reflow.SavedLine;
        scrollBack.Clear();
        _rows = [];
        for (var line = 0; line < lines.Count; line++)
        {
            if (lines[line].Length != columns)
            {
                lines[line].Resize(columns);
            }

            if (line < Base)
            {
                scrollBack.Append(lines[line]);
            }
            else if (_rows.Count < rowCount)
            {
                _rows.Add(lines[line]);
            }
        }

        while (_rows.Count < rowCount)
        {
            _rows.Add(new Row(columns, Cell.Empty));
        }

        appearance.Unwatch(MovingLines);
    }
}
