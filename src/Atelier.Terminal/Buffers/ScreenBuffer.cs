using Atelier.Terminal.Cells;
using Atelier.Terminal.Modes;

namespace Atelier.Terminal.Buffers;

/// <summary>The main or the alternate screen: its rows, cursor, margins, tab stops and saved cursor.</summary>
/// <remarks>
/// The alternate screen has rows only while it is shown, and no scroll-back. The cursor's column is
/// <see cref="Columns"/> while a wrap is pending.
/// </remarks>
internal sealed class ScreenBuffer
{
    private Row[] _rows = [];

    public ScreenBuffer(int columns, int rows, ScrollBack? scrollBack)
    {
        Columns = columns;
        RowCount = rows;
        ScrollBack = scrollBack;
        Tabs = new TabStops(columns);
        ResetMargins();
        if (scrollBack is not null)
        {
            Show(Cell.Empty);
        }
    }

    public int Columns { get; private set; }

    public int RowCount { get; private set; }

    public ScrollBack? ScrollBack { get; }

    public TabStops Tabs { get; }

    public KeyboardStack Keyboard { get; } = new();

    public SavedCursor Saved { get; set; } = SavedCursor.Home;

    public int X
    {
        get;
        set
        {
            field = value;
            IsWrapPendingAtMargin = false;
        }
    }

    /// <summary>The last character went into the column of an inner right margin; the cursor stays on it.</summary>
    public bool IsWrapPendingAtMargin { get; set; }

    public int Y { get; set; }

    public int Top { get; private set; }

    public int Bottom { get; private set; }

    public int Left { get; private set; }

    public int Right { get; private set; }

    /// <summary>Lines above the screen, those included that the byte limit took; saved cursors count from the first.</summary>
    public int Base { get; private set; }

    public bool HasSideMargins => Left > 0 || Right < Columns - 1;

    public bool HasMargins => Top > 0 || Bottom < RowCount - 1 || HasSideMargins;

    public IEnumerable<Row> Rows => _rows;

    public Row Current => _rows[Y];

    public bool IsShown => _rows.Length > 0;

    public int MemoryBytes => (_rows.Sum(row => row.Length) * 8) + (_rows.Length * 64) + (ScrollBack?.MemoryBytes ?? 0);

    public Row this[int row] => _rows[row];

    /// <summary>Gives the alternate screen its rows.</summary>
    public void Show(Cell fill)
    {
        if (!IsShown)
        {
            _rows = new Row[RowCount];
            for (var row = 0; row < RowCount; row++)
            {
                _rows[row] = new Row(Columns, fill);
            }
        }
    }

    /// <summary>Takes the alternate screen's rows away; its saved cursor stays.</summary>
    public void Hide()
    {
        _rows = [];
        X = Y = 0;
        ResetMargins();
        Tabs.Reset(Columns);
    }

    public void SetVerticalMargins(int top, int bottom) => (Top, Bottom) = (top, bottom);

    public void SetSideMargins(int left, int right) => (Left, Right) = (left, right);

    public void ResetMargins()
    {
        (Top, Bottom) = (0, RowCount - 1);
        (Left, Right) = (0, Columns - 1);
    }

    /// <summary>Moves the lines inside the margins up by one; the first goes to the scroll-back if the top margin is row 1.</summary>
    public void Scroll(Cell fill, bool isWrapped)
    {
        if (HasSideMargins)
        {
            ShiftUp(Top, 1, fill);
            return;
        }

        var leaving = _rows[Top];
        if (Top == 0 && ScrollBack is not null)
        {
            ScrollBack.Append(leaving);
            Base = Math.Min(Base + 1, ScrollBack.LineLimit);
        }

        Array.Copy(_rows, Top + 1, _rows, Top, Bottom - Top);
        _rows[Bottom] = Blank(leaving, fill, isWrapped);
    }

    /// <summary>Takes lines out at a row; empty ones come in at the bottom margin.</summary>
    public void ShiftUp(int row, int count, Cell fill)
    {
        for (count = Math.Min(count, Bottom - row + 1); count > 0; count--)
        {
            if (HasSideMargins)
            {
                for (var at = row; at < Bottom; at++)
                {
                    _rows[at].CopyFrom(_rows[at + 1], Left, Left, Right - Left + 1);
                }

                _rows[Bottom].Replace(Left, Right + 1, fill);
                continue;
            }

            var leaving = _rows[row];
            Array.Copy(_rows, row + 1, _rows, row, Bottom - row);
            _rows[Bottom] = Blank(leaving, fill, isWrapped: false);
        }
    }

    /// <summary>Puts empty lines in at a row; those at the bottom margin fall off.</summary>
    public void ShiftDown(int row, int count, Cell fill)
    {
        for (count = Math.Min(count, Bottom - row + 1); count > 0; count--)
        {
            if (HasSideMargins)
            {
                for (var at = Bottom; at > row; at--)
                {
                    _rows[at].CopyFrom(_rows[at - 1], Left, Left, Right - Left + 1);
                }

                _rows[row].Replace(Left, Right + 1, fill);
                continue;
            }

            var leaving = _rows[Bottom];
            Array.Copy(_rows, row, _rows, row + 1, Bottom - row);
            _rows[row] = Blank(leaving, fill, isWrapped: false);
        }
    }

    public void ClearScrollBack()
    {
        ScrollBack?.Clear();
        Base = 0;
    }

    /// <summary>Counts lines that a skipped flood would have scrolled.</summary>
    public void AssumeScrolled() => Base = ScrollBack?.LineLimit ?? 0;

    public void Resize(int columns, int rows, Appearance appearance)
    {
        if (IsShown)
        {
            var moved = new BufferResize(this, appearance, [.. _rows], Columns, RowCount);
            moved.To(columns, rows);
            _rows = moved.Rows;
            Base = moved.Base;
            X = moved.X;
            Y = moved.Y;
            Saved = Saved with { X = Math.Min(Saved.X, columns - 1), Line = moved.SavedLine };
            Top = 0;
        }

        Columns = columns;
        RowCount = rows;
        Bottom = rows - 1;
        (Left, Right) = (0, columns - 1);
        Tabs.Extend(columns);
    }

    public void Reset()
    {
        ClearScrollBack();
        Hide();
        Saved = SavedCursor.Home;
        Keyboard.Reset();
    }

    private Row Blank(Row old, Cell fill, bool isWrapped)
    {
        if (old.Length != Columns)
        {
            return new Row(Columns, fill, isWrapped);
        }

        old.Fill(fill);
        old.IsWrapped = isWrapped;
        return old;
    }
}
