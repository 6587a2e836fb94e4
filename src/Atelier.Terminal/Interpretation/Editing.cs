using Atelier.Terminal.Buffers;
using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Interpretation;

/// <summary>Erases, inserts, deletes and shifts.</summary>
internal sealed class Editing(TerminalState state, CursorControl cursor)
{
    private ScreenBuffer Buffer => state.Active;

    private bool IsCursorInMargins =>
        Buffer.Y >= Buffer.Top && Buffer.Y <= Buffer.Bottom && (!Buffer.HasSideMargins || (Buffer.X >= Buffer.Left && Buffer.X <= Buffer.Right));

    /// <summary>ED, DECSED: 0 from the cursor on, 1 up to it, 2 all, 3 the scroll-back.</summary>
    public void EraseDisplay(int what, bool onlyUnprotected)
    {
        cursor.Confine(Buffer.Columns);
        var buffer = Buffer;
        switch (what)
        {
            case 0:
                Erase(buffer.Current, buffer.X, buffer.Columns, onlyUnprotected);
                if (buffer.X == 0)
                {
                    buffer.Current.IsWrapped = false;
                }

                EraseRows(buffer.Y + 1, buffer.RowCount, onlyUnprotected);
                break;
            case 1:
                Erase(buffer.Current, 0, buffer.X + 1, onlyUnprotected);
                buffer.Current.IsWrapped = false;

                // xterm.js counts this row from the first line above the screen, so it is the row below only without one.
                var below = buffer.Y + 1 - buffer.Base;
                if (buffer.X + 1 >= buffer.Columns && below >= 0 && below < buffer.RowCount)
                {
                    buffer[below].IsWrapped = false;
                }

                EraseRows(0, buffer.Y, onlyUnprotected);
                break;
            case 2:
                EraseRows(0, buffer.RowCount, onlyUnprotected);
                break;
            case 3:
                buffer.ClearScrollBack();
                break;
        }
    }

    /// <summary>EL, DECSEL: 0 from the cursor on, 1 up to it, 2 all.</summary>
    public void EraseLine(int what, bool onlyUnprotected)
    {
        cursor.Confine(Buffer.Columns);
        var buffer = Buffer;
        switch (what)
        {
            case 0:
                Erase(buffer.Current, buffer.X, buffer.Columns, onlyUnprotected);
                if (buffer.X == 0)
                {
                    buffer.Current.IsWrapped = false;
                }

                break;
            case 1:
                Erase(buffer.Current, 0, buffer.X + 1, onlyUnprotected);
                break;
            case 2:
                Erase(buffer.Current, 0, buffer.Columns, onlyUnprotected);
                buffer.Current.IsWrapped = false;
                break;
        }
    }

    public void EraseCharacters(int count)
    {
        cursor.Confine();
        Buffer.Current.Replace(Buffer.X, Buffer.X + Math.Min(count, Buffer.Columns), state.Erased);
    }

    public void InsertCharacters(int count)
    {
        cursor.Confine();
        InsertAt(Buffer.Current, Buffer.X, count);
    }

    public void DeleteCharacters(int count)
    {
        cursor.Confine();
        DeleteAt(Buffer.Current, Buffer.X, count);
    }

    public void InsertLines(int count)
    {
        cursor.Confine();
        if (IsCursorInMargins)
        {
            Buffer.ShiftDown(Buffer.Y, count, state.Erased);
            Buffer.X = Buffer.HasSideMargins ? Buffer.Left : 0;
        }
    }

    public void DeleteLines(int count)
    {
        cursor.Confine();
        if (IsCursorInMargins)
        {
            Buffer.ShiftUp(Buffer.Y, count, state.Erased);
            Buffer.X = Buffer.HasSideMargins ? Buffer.Left : 0;
        }
    }

    public void ScrollUp(int count) => Buffer.ShiftUp(Buffer.Top, count, state.Erased);

    public void ScrollDown(int count) =>
        Buffer.ShiftDown(Buffer.Top, count, Buffer.HasSideMargins ? state.Erased : Cell.Empty);

    public void ScrollLeft(int count) => ForRowsInMargins(row => DeleteAt(row, Buffer.Left, count));

    public void ScrollRight(int count) => ForRowsInMargins(row => InsertAt(row, Buffer.Left, count));

    public void InsertColumns(int count) => ForRowsInMargins(row => InsertAt(row, Buffer.X, count));

    public void DeleteColumns(int count) => ForRowsInMargins(row => DeleteAt(row, Buffer.X, count));

    /// <summary>DECALN: fills the screen with E.</summary>
    public void FillWithE()
    {
        cursor.To(0, 0);
        var style = state.Appearance.Styles.NumberOf((state.Pen with { IsExtended = false }).Style);
        for (var row = Buffer.Y; row < Buffer.RowCount; row++)
        {
            Buffer[row].Fill(Cell.Of('E', 1, style));
            Buffer[row].IsWrapped = false;
        }

        cursor.To(0, 0);
    }

    private void EraseRows(int from, int to, bool onlyUnprotected)
    {
        for (var row = from; row < to; row++)
        {
            Erase(Buffer[row], 0, Buffer[row].Length, onlyUnprotected);
            Buffer[row].IsWrapped = false;
        }
    }

    private void Erase(Row row, int start, int end, bool onlyUnprotected)
    {
        if (onlyUnprotected)
        {
            row.ReplaceUnprotected(start, end, state.Erased, state.Appearance.Styles);
        }
        else
        {
            row.Replace(start, end, state.Erased);
        }
    }

    private void InsertAt(Row row, int column, int count)
    {
        if (!Buffer.HasSideMargins)
        {
            row.Insert(column, count, state.Erased);
        }
        else if (column >= Buffer.Left && column <= Buffer.Right)
        {
            row.Shift(column, Buffer.Right + 1, count, state.Erased, toTheRight: true);
        }
    }

    private void DeleteAt(Row row, int column, int count)
    {
        if (!Buffer.HasSideMargins)
        {
            row.Delete(column, count, state.Erased);
        }
        else if (column >= Buffer.Left && column <= Buffer.Right)
        {
            row.Shift(column, Buffer.Right + 1, count, state.Erased, toTheRight: false);
        }
    }

    private void ForRowsInMargins(Action<Row> change)
    {
        if (!IsCursorInMargins)
        {
            return;
        }

        for (var row = Buffer.Top; row <= Buffer.Bottom; row++)
        {
            change(Buffer[row]);
            Buffer[row].IsWrapped = false;
        }
    }
}
