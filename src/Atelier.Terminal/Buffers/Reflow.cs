using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Buffers;

/// <summary>Breaks the lines of the main screen and its scroll-back anew for another width.</summary>
/// <remarks>
/// Lines that ran on into each other are one text. The text the cursor stands in is left alone: its program is about to
/// draw it again. Where the screen ends up, and what becomes of the saved cursor, is as xterm.js has it.
/// </remarks>
internal sealed class Reflow(
    List<Row> lines, int top, int cursorRow, int savedLine, int oldColumns, int columns, int rowCount, int lineLimit)
{
    /// <summary>Lines above the screen.</summary>
    public int Base { get; private set; } = top;

    public int Y { get; private set; } = cursorRow;

    public int SavedLine { get; private set; } = savedLine;

    public void Run()
    {
        if (columns > oldColumns)
        {
            Widen();
        }
        else if (columns < oldColumns)
        {
            Narrow();
        }
    }

    private bool IsCursorIn(int first, int count) => Base + Y >= first && Base + Y < first + count;

    private void Widen()
    {
        var isRemoved = new bool[lines.Count];
        var removed = 0;
        for (var first = 0; first < lines.Count - 1; first++)
        {
            var count = 1;
            while (first + count < lines.Count && lines[first + count].IsWrapped)
            {
                count++;
            }

            if (count > 1 && !IsCursorIn(first, count))
            {
                var unused = Join(lines.GetRange(first, count));
                isRemoved.AsSpan(first + count - unused, unused).Fill(true);
                removed += unused;
            }

            first += count - 1;
        }

        if (removed == 0)
        {
            return;
        }

        var at = 0;
        lines.RemoveAll(_ => isRemoved[at++]);
        for (var count = removed; count > 0; count--)
        {
            if (Base > 0)
            {
                Base--;
                continue;
            }

            Y = Math.Max(0, Y - 1);
            if (lines.Count < rowCount)
            {
                lines.Add(new Row(columns, Cell.Empty));
            }
        }

        SavedLine = Math.Max(SavedLine - removed, 0);
    }

    /// <summary>Moves text up into the room at the end of each line; returns how many lines have become unused.</summary>
    private int Join(List<Row> group)
    {
        var target = 0;
        var targetColumn = TextLength(group, 0);
        var source = 1;
        var sourceColumn = 0;
        while (source < group.Count)
        {
            var sourceLength = TextLength(group, source);
            var count = Math.Min(sourceLength - sourceColumn, columns - targetColumn);
            group[target].CopyFrom(group[source], sourceColumn, targetColumn, count);
            targetColumn += count;
            if (targetColumn == columns)
            {
                target++;
                targetColumn = 0;
            }

            sourceColumn += count;
            if (sourceColumn == sourceLength)
            {
                source++;
                sourceColumn = 0;
            }

            // A wide character does not start in the last column.
            if (targetColumn == 0 && target > 0 && group[target - 1].StartsWide(columns - 1))
            {
                group[target].CopyFrom(group[target - 1], columns - 1, targetColumn++, 1);
                group[target - 1][columns - 1] = Cell.Empty;
            }
        }

        group[target].Replace(targetColumn, columns, Cell.Empty);
        var unused = 0;
        for (var at = group.Count - 1; at > 0 && (at > target || group[at].TextLength() == 0); at--)
        {
            unused++;
        }

        return unused;
    }

    private void Narrow()
    {
        // Making room takes empty lines off the end; the walk upwards still meets them.
        var all = lines.ToArray();
        var insertions = new List<(int After, List<Row> Rows)>();
        var inserted = 0;
        for (var first = all.Length - 1; first >= 0; first--)
        {
            if (!all[first].IsWrapped && all[first].TextLength() <= columns)
            {
                continue;
            }

            var last = first;
            while (all[first].IsWrapped && first > 0)
            {
                first--;
            }

            if (IsCursorIn(first, last - first + 1))
            {
                continue;
            }

            List<Row> group = [.. all[first..(last + 1)]];
            var lengths = LengthsFor(group);
            var missing = lengths.Count - group.Count;
            var excess = Base == 0 && Y != lines.Count - 1
                ? Math.Max(0, Y - lineLimit + missing)
                : Math.Max(0, lines.Count - lineLimit + missing);
            var fresh = new List<Row>();
            for (var count = 0; count < missing; count++)
            {
                fresh.Add(new Row(columns, Cell.Empty, isWrapped: true));
            }

            if (fresh.Count > 0)
            {
                insertions.Add((last, fresh));
                inserted += fresh.Count;
            }

            group.AddRange(fresh);
            Spread(group, group.Count - Math.Max(0, missing) - 1, lengths);
            MakeRoom(missing - excess, inserted);
            SavedLine = Math.Max(0, Math.Min(SavedLine + missing, Base + rowCount - 1));
        }

        Insert(insertions);
    }

    /// <summary>Moves text down, from the end, so that no line is longer than the new width.</summary>
    private void Spread(List<Row> group, int source, List<int> lengths)
    {
        var target = lengths.Count - 1;
        var targetColumn = target >= 0 ? lengths[target] : 0;
        if (targetColumn == 0 && target > 0)
        {
            targetColumn = lengths[--target];
        }

        var sourceColumn = group[source].TextLength();
        while (source >= 0 && target >= 0 && target < group.Count)
        {
            var count = Math.Min(sourceColumn, targetColumn);
            group[target].CopyFrom(group[source], sourceColumn - count, targetColumn - count, count);
            targetColumn -= count;
            if (targetColumn == 0 && --target >= 0)
            {
                targetColumn = lengths[target];
            }

            sourceColumn -= count;
            if (sourceColumn == 0)
            {
                source--;
                sourceColumn = TextLength(group, Math.Max(source, 0));
            }
        }

        for (var at = 0; at < group.Count && at < lengths.Count; at++)
        {
            if (lengths[at] < columns && lengths[at] >= 0)
            {
                group[at][lengths[at]] = Cell.Empty;
            }
        }
    }

    private void MakeRoom(int count, int inserted)
    {
        for (; count > 0; count--)
        {
            if (Base > 0)
            {
                if (Base < Math.Min(lineLimit, lines.Count + inserted) - rowCount)
                {
                    Base++;
                }
            }
            else if (Y < rowCount - 1)
            {
                Y++;
                lines.RemoveAt(lines.Count - 1);
            }
            else
            {
                Base++;
            }
        }
    }

    private void Insert(List<(int After, List<Row> Rows)> insertions)
    {
        if (insertions.Count == 0)
        {
            return;
        }

        var old = lines.ToArray();
        lines.Clear();
        var next = insertions.Count - 1;
        for (var line = 0; line < old.Length || next >= 0; line++)
        {
            if (line < old.Length)
            {
                lines.Add(old[line]);
            }

            while (next >= 0 && (insertions[next].After == line || line >= old.Length - 1))
            {
                lines.AddRange(insertions[next--].Rows);
            }
        }

        if (lines.Count > lineLimit)
        {
            lines.RemoveRange(0, lines.Count - lineLimit);
        }
    }

    private List<int> LengthsFor(List<Row> group)
    {
        var needed = 0;
        for (var at = 0; at < group.Count; at++)
        {
            needed += TextLength(group, at);
        }

        var lengths = new List<int>();
        var column = 0;
        var line = 0;
        for (var placed = 0; placed < needed;)
        {
            if (needed - placed < columns)
            {
                lengths.Add(needed - placed);
                break;
            }

            column += columns;
            var length = line < group.Count ? TextLength(group, line) : columns;
            if (column > length)
            {
                column -= length;
                line++;
            }

            var endsInWide = line < group.Count && column <= group[line].Length && group[line].StartsWide(column - 1);
            column -= endsInWide ? 1 : 0;
            lengths.Add(endsInWide ? columns - 1 : columns);
            placed += lengths[^1];
        }

        return lengths;
    }

    // The last cell of a line that ran on is empty only where a wide character did not fit.
    private int TextLength(List<Row> group, int line)
    {
        if (line == group.Count - 1)
        {
            return group[line].TextLength();
        }

        var endsEmpty = group[line][oldColumns - 1] is { HasText: false, Width: 1 };
        return endsEmpty && group[line + 1].StartsWide(0) ? oldColumns - 1 : oldColumns;
    }
}
