using System.Text;
using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Snapshots;

/// <summary>Writes rows of cells one below the other, from the cursor on, so that lines that ran on run on again.</summary>
internal sealed class RowText(StringBuilder text, Appearance appearance, int columns, bool canRunOn)
{
    private const char Placeholder = 'x';

    private Style _style;
    private Row? _before;
    private bool _hasPlaceholderBefore;

    /// <summary>Writes a row; the cursor must be at the end of the row before, or at the start of the first one.</summary>
    /// <param name="row">The row.</param>
    /// <param name="runsOn">Whether the next one is wrapped.</param>
    /// <param name="onRow">What to write, in the plain style, while the cursor is somewhere on the row.</param>
    public void Append(Row row, bool runsOn, string? onRow = null)
    {
        // What is filled to make a line run on is mended from the line below it, so there must be two.
        var continues = canRunOn && row.IsWrapped && _before is not null;
        if (!continues && _before is not null)
        {
            SetStyle(default);
            text.Append("\r\n");
        }

        AppendCells(row, continues, runsOn && canRunOn, onRow);
        _before = row;
    }

    /// <summary>Writes one character in its style.</summary>
    public void AppendCharacter(Cell cell)
    {
        SetStyle(appearance.Styles[cell.Style]);
        text.Append(appearance.TextOf(cell));
    }

    public void EndStyle() => SetStyle(default);

    private void AppendCells(Row row, bool continues, bool runsOn, string? onRow)
    {
        var end = runsOn ? columns : Math.Min(row.UsedLength(), columns);
        var needsPlaceholder = continues
            && (!IsPrintable(row, 0) || row[0].Width == 0 || appearance.Styles[row[0].Style].Background != default);
        var column = 0;
        if (continues)
        {
            if (needsPlaceholder)
            {
                // Only a character with a width makes the line run on, and on the plain background, or a line that comes in at the
                // bottom would have its colour. It goes again.
                SetStyle(default);
                text.Append(Placeholder);
                MendBefore(1);
                text.Append('\r');
                if (!IsPrintable(row, 0))
                {
                    AppendEmpty(row[0], 1, isErased: true);
                    column = 1;
                }
            }
            else
            {
                column = AppendText(row, 0);
                MendBefore(column);
            }
        }

        if (onRow is not null)
        {
            SetStyle(default);
            text.Append(onRow).Append($"\e[{column + 1}G");
        }

        _hasPlaceholderBefore = false;
        while (column < end)
        {
            if (IsPrintable(row, column))
            {
                column = AppendText(row, column);
                continue;
            }

            var count = 1;
            while (column + count < end && !IsPrintable(row, column + count) && SameBlank(row[column], row[column + count]))
            {
                count++;
            }

            var reachesEnd = runsOn && column + count == columns;
            AppendEmpty(row[column], reachesEnd ? count - 1 : count, isErased: false);
            if (reachesEnd)
            {
                SetStyle(default);
                text.Append(Placeholder);
                _hasPlaceholderBefore = true;
            }

            column += count;
        }
    }

    // Half of a wide character that a change of size cut off cannot be printed.
    private bool IsPrintable(Row row, int column) => row[column].HasText && column + row[column].Width <= columns;

    private bool SameBlank(Cell one, Cell other) =>
        appearance.Styles[one.Style].Background == appearance.Styles[other.Style].Background;

    private int AppendText(Row row, int column)
    {
        var cell = row[column];
        if (cell.Width == 0)
        {
            // A mark with nothing to join stands alone.
            text.Append("\e[m");
            _style = default(Style) with { Link = _style.Link };
        }

        AppendCharacter(cell);
        return column + Math.Max(1, cell.Width);
    }

    private void AppendEmpty(Cell cell, int count, bool isErased)
    {
        if (count == 0)
        {
            return;
        }

        var background = appearance.Styles[cell.Style].Background;
        if (background != default || isErased)
        {
            SetStyle(Style.OnlyBackground(background));
            text.Append($"\e[{count}X");
        }

        text.Append($"\e[{count}C");
    }

    // The end of the row above was filled to make it run on.
    private void MendBefore(int column)
    {
        if (!_hasPlaceholderBefore || _before is null)
        {
            return;
        }

        SetStyle(Style.OnlyBackground(appearance.Styles[_before[columns - 1].Style].Background));
        text.Append($"\e[A\e[{columns}G\e[X\e[B\e[{Math.Min(column + 1, columns)}G");
        _hasPlaceholderBefore = false;
    }

    private void SetStyle(Style style)
    {
        if (style == _style)
        {
            return;
        }

        if (style.Link != _style.Link)
        {
            text.AppendLink(style.Link == 0 ? null : appearance.Links[style.Link]);
        }

        if (style with { Link = 0 } != _style with { Link = 0 })
        {
            text.AppendStyle(style);
        }

        _style = style;
    }
}
