using Atelier.Terminal.Buffers;
using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Interpretation;

/// <summary>Moves the cursor, and the lines when it leaves the margins.</summary>
internal sealed class CursorControl(TerminalState state)
{
    private ScreenBuffer Buffer => state.Active;

    private int LeftEdge => state.Modes.Origin ? Buffer.Left : 0;

    /// <summary>LF, VT, FF.</summary>
    public void LineFeed()
    {
        var buffer = Buffer;
        if (state.Modes.NewLine)
        {
            buffer.X = 0;
        }

        if (buffer.Y == buffer.Bottom)
        {
            buffer.Scroll(state.Erased, isWrapped: false);
        }
        else if (buffer.Y < buffer.RowCount - 1)
        {
            buffer.Y++;
            buffer.Current.IsWrapped = false;
        }

        if (buffer.X >= buffer.Columns)
        {
            buffer.X--;
        }
    }

    public void CarriageReturn() => Buffer.X = Buffer.HasSideMargins && Buffer.X >= Buffer.Left ? Buffer.Left : 0;

    public void Backspace()
    {
        var buffer = Buffer;
        if (!state.Modes.ReverseWrap)
        {
            Confine();
            if (buffer.X > 0 && buffer.X != (buffer.HasSideMargins ? buffer.Left : 0))
            {
                buffer.X--;
            }

            return;
        }

        Confine(buffer.Columns);
        if (buffer.X > 0)
        {
            buffer.X--;
        }
        else if (buffer.Y > buffer.Top && buffer.Y <= buffer.Bottom && buffer.Current.IsWrapped)
        {
            buffer.Current.IsWrapped = false;
            buffer.Y--;
            buffer.X = buffer.Columns - 1;
            if (buffer.Current[buffer.X] is { Width: > 0, HasText: false })
            {
                buffer.X--;
            }
        }

        Confine();
    }

    public void Tab(int count = 1)
    {
        for (count = Math.Min(count, Buffer.Columns); count > 0 && Buffer.X < Buffer.Columns; count--)
        {
            Buffer.X = Buffer.Tabs.Next(Buffer.X, Buffer.Columns);
        }
    }

    public void TabBack(int count)
    {
        if (Buffer.X >= Buffer.Columns)
        {
            return;
        }

        for (count = Math.Min(count, Buffer.Columns); count > 0; count--)
        {
            Buffer.X = Buffer.Tabs.Previous(Buffer.X, Buffer.Columns);
        }
    }

    public void SetTab() => Buffer.Tabs[Buffer.X] = true;

    public void ClearTab() => Buffer.Tabs[Buffer.X] = false;

    /// <summary>IND: down, and the lines up when the cursor is on the bottom margin.</summary>
    public void Index()
    {
        Confine();
        if (Buffer.Y == Buffer.Bottom)
        {
            Buffer.Scroll(state.Erased, isWrapped: false);
        }
        else if (Buffer.Y < Buffer.RowCount - 1)
        {
            Buffer.Y++;
        }

        Confine();
    }

    public void NextLine()
    {
        CarriageReturn();
        Index();
    }

    /// <summary>RI: up, and the lines down when the cursor is on the top margin.</summary>
    public void ReverseIndex()
    {
        Confine();
        if (Buffer.Y == Buffer.Top)
        {
            Buffer.ShiftDown(Buffer.Top, 1, state.Erased);
            return;
        }

        Buffer.Y--;
        Confine();
    }

    public void Up(int count)
    {
        var room = Buffer.Y - Buffer.Top;
        Move(0, -(room >= 0 ? Math.Min(room, count) : count));
    }

    public void Down(int count)
    {
        var room = Buffer.Bottom - Buffer.Y;
        Move(0, room >= 0 ? Math.Min(room, count) : count);
    }

    public void Right(int count) =>
        Move(Buffer.HasSideMargins && Buffer.X <= Buffer.Right ? Math.Min(count, Buffer.Right - Buffer.X) : count, 0);

    public void Left(int count)
    {
        Confine();
        Move(-(Buffer.HasSideMargins && Buffer.X >= Buffer.Left ? Math.Min(count, Buffer.X - Buffer.Left) : count), 0);
    }

    /// <summary>Moves from where the cursor is. In origin mode the top margin counts again, as it does in xterm.js.</summary>
    public void Move(int columns, int rows)
    {
        Confine();
        Set(Clamped(Buffer.X, columns), Clamped(Buffer.Y, rows));
    }

    public void ToColumn(int column) => Set(LeftEdge + column, Buffer.Y);

    public void ToRow(int row) => Set(Buffer.X, row);

    public void To(int column, int row) => Set(LeftEdge + column, row);

    public void Home() => Set(LeftEdge, 0);

    /// <summary>DECSTBM; rows count from 1, a bottom of 0 is the last row.</summary>
    public void SetVerticalMargins(int top, int bottom)
    {
        top = Math.Max(top, 1);
        if (bottom == 0 || bottom > Buffer.RowCount)
        {
            bottom = Buffer.RowCount;
        }

        if (bottom > top)
        {
            Buffer.SetVerticalMargins(top - 1, bottom - 1);
            Home();
        }
    }

    /// <summary>DECSLRM, likewise.</summary>
    public void SetSideMargins(int left, int right)
    {
        left = Math.Max(left, 1);
        if (right == 0 || right > Buffer.Columns)
        {
            right = Buffer.Columns;
        }

        if (right > left)
        {
            Buffer.SetSideMargins(left - 1, right - 1);
            Home();
        }
    }

    public void Save()
    {
        var pen = new Pen
        {
            Foreground = state.Pen.Foreground,
            Background = state.Pen.Background,
            Attributes = state.Pen.Attributes,
            IsExtended = state.Pen.IsExtended,
        };
        Buffer.Saved = new SavedCursor(Buffer.X, Buffer.Base + Buffer.Y, pen, state.Charsets.Current);
    }

    public void Restore()
    {
        var saved = Buffer.Saved;
        Buffer.X = saved.X;
        Buffer.Y = Math.Max(saved.Line - Buffer.Base, 0);
        state.Pen = state.Pen with
        {
            Foreground = saved.Pen.Foreground,
            Background = saved.Pen.Background,
            Attributes = saved.Pen.Attributes,
            IsExtended = saved.Pen.IsExtended,
        };
        state.Charsets.Current = saved.Charset;
        Confine();
    }

    /// <summary>Brings the cursor back into the screen, in origin mode into the margins; a pending wrap is forgotten.</summary>
    public void Confine() => Confine(Buffer.Columns - 1);

    public void Confine(int lastColumn)
    {
        var buffer = Buffer;
        var pending = buffer.IsWrapPendingAtMargin && lastColumn == buffer.Columns;
        buffer.X = Math.Clamp(buffer.X, 0, lastColumn);
        buffer.IsWrapPendingAtMargin = pending;
        buffer.Y = state.Modes.Origin
            ? Math.Clamp(buffer.Y, buffer.Top, buffer.Bottom)
            : Math.Clamp(buffer.Y, 0, buffer.RowCount - 1);
    }

    private void Set(int column, int row)
    {
        Buffer.X = column;
        Buffer.Y = state.Modes.Origin ? Clamped(Buffer.Top, row) : row;
        Confine();
    }

    private static int Clamped(int from, int by) => (int)Math.Clamp((long)from + by, -1, int.MaxValue);
}
