using System.Runtime.InteropServices;

namespace Atelier.Terminal.Cells;

/// <summary>One line of cells. It may be longer than the screen is wide, after the alternate screen shrank.</summary>
internal sealed class Row
{
    private Cell[] _cells;

    public Row(int length, Cell fill, bool isWrapped = false)
    {
        _cells = new Cell[length];
        Array.Fill(_cells, fill);
        IsWrapped = isWrapped;
    }

    /// <summary>True when the line above runs on into this one.</summary>
    public bool IsWrapped { get; set; }

    public int Length => _cells.Length;

    public Span<Cell> Cells => _cells;

    public Span<ulong> Bits => MemoryMarshal.Cast<Cell, ulong>(_cells.AsSpan());

    public ref Cell this[int column] => ref _cells[column];

    public bool StartsWide(int column) => _cells[column].Width == 2;

    /// <summary>True for a right half whose left half is gone.</summary>
    public bool IsLeftOver(int column) => _cells[column] is { Width: 0, HasText: false };

    public void Fill(Cell fill) => Array.Fill(_cells, fill);

    public void Resize(int length)
    {
        var old = _cells.Length;
        Array.Resize(ref _cells, length);
        if (length > old)
        {
            Array.Fill(_cells, Cell.Empty, old, length - old);
        }
    }

    /// <summary>Makes room for cells at a column; the last ones fall off.</summary>
    public void Insert(int column, int count, Cell fill)
    {
        column %= Length;
        BreakWideBefore(column, fill);
        Shift(column, Length, count, fill, toTheRight: true);
        BreakWideBefore(Length, fill);
    }

    public void Delete(int column, int count, Cell fill)
    {
        column %= Length;
        Shift(column, Length, count, fill, toTheRight: false);
        BreakWideBefore(column, fill);
        if (IsLeftOver(column))
        {
            _cells[column] = Cell.Of(0, 1, fill.Style);
        }
    }

    /// <summary>Moves the cells of [from, to) and fills what becomes free.</summary>
    public void Shift(int from, int to, int count, Cell fill, bool toTheRight)
    {
        var span = _cells.AsSpan(from, to - from);
        count = Math.Min(count, span.Length);
        if (toTheRight)
        {
            span[..^count].CopyTo(span[count..]);
            span[..count].Fill(fill);
        }
        else
        {
            span[count..].CopyTo(span);
            span[^count..].Fill(fill);
        }
    }

    public void Replace(int start, int end, Cell fill)
    {
        BreakWideBefore(start, fill);
        if (end < Length && end > 0 && StartsWide(end - 1))
        {
            _cells[end] = Cell.Of(0, 1, fill.Style);
        }

        end = Math.Min(end, Length);
        if (start < end)
        {
            _cells.AsSpan(start, end - start).Fill(fill);
        }
    }

    /// <summary>Replaces what is not protected (DECSED, DECSEL).</summary>
    public void ReplaceUnprotected(int start, int end, Cell fill, StyleTable styles)
    {
        if (start > 0 && StartsWide(start - 1) && !IsProtected(start - 1, styles))
        {
            _cells[start - 1] = Cell.Of(0, 1, fill.Style);
        }

        if (end < Length && end > 0 && StartsWide(end - 1) && !IsProtected(end, styles))
        {
            _cells[end] = Cell.Of(0, 1, fill.Style);
        }

        for (var column = start; column < Math.Min(end, Length); column++)
        {
            if (!IsProtected(column, styles))
            {
                _cells[column] = fill;
            }
        }
    }

    /// <summary>Copies cells; a wide character cut off at the end of a line may count one column too many, which is empty.</summary>
    public void CopyFrom(Row source, int sourceColumn, int column, int count)
    {
        count = Math.Min(count, Length - column);
        var existing = Math.Min(count, source.Length - sourceColumn);
        if (sourceColumn < 0 || column < 0 || count <= 0)
        {
            return;
        }

        if (existing > 0)
        {
            source._cells.AsSpan(sourceColumn, existing).CopyTo(_cells.AsSpan(column));
        }

        existing = Math.Max(existing, 0);
        _cells.AsSpan(column + existing, count - existing).Clear();
    }

    /// <summary>Columns up to the end of the last character.</summary>
    public int TextLength()
    {
        for (var column = _cells.Length - 1; column >= 0; column--)
        {
            if (_cells[column].HasText)
            {
                return column + _cells[column].Width;
            }
        }

        return 0;
    }

    /// <summary>Columns up to the last cell that differs from one nothing was ever done to.</summary>
    public int UsedLength() => Bits.LastIndexOfAnyExcept(Cell.Empty.Bits) + 1;

    private void BreakWideBefore(int column, Cell fill)
    {
        if (column > 0 && StartsWide(column - 1))
        {
            _cells[column - 1] = Cell.Of(0, 1, fill.Style);
        }
    }

    private bool IsProtected(int column, StyleTable styles) =>
        (styles[_cells[column].Style].Attributes & StyleAttributes.Protected) != StyleAttributes.None;
}
