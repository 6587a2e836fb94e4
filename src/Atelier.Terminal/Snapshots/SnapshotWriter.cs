using System.Text;
using Atelier.Terminal.Buffers;
using Atelier.Terminal.Cells;
using Atelier.Terminal.Modes;

namespace Atelier.Terminal.Snapshots;

/// <summary>Writes a screen as the output that would make it.</summary>
/// <remarks>
/// The order matters: lines first, while all modes are at their defaults; then each screen's tab stops, saved cursor and
/// margins; then what is in force now. What xterm.js does not know it passes over, except that it takes the side margins'
/// <c>CSI s</c> for saving the cursor, so these come before the saved cursor.
/// </remarks>
internal sealed class SnapshotWriter(Screen screen)
{
    private readonly TerminalState _state = screen.State;
    private readonly StringBuilder _text = new(16 * 1024);
    private readonly int _columns = screen.Columns;
    private bool _isSavedAbove;

    public string Write(int scrollBackLines)
    {
        AppendLabels();
        AppendLines(_state.Main, scrollBackLines);
        AppendBuffer(_state.Main);
        if (_state.IsAlternate)
        {
            // The alternate screen takes the cursor over, and leaves the main one's where it was.
            MoveTo(Math.Min(_state.Main.X, _columns - 1), _state.Main.Y);
            AppendVerticalMargins(_state.Main);
            MoveTo(Math.Min(_state.Main.X, _columns - 1), _state.Main.Y);
            _text.Append("\e[?47h");
            MoveTo(0, 0);
            AppendLines(_state.Alternate, scrollBackLines: 0);
            AppendBuffer(_state.Alternate);
        }
        else if (_state.Alternate.Saved != SavedCursor.Home)
        {
            _text.Append("\e[?47h");
            AppendSavedCursor(_state.Alternate, evenHome: false);
            _text.Append("\e[?47l");
        }

        AppendVerticalMargins(_state.Active);
        AppendModes();
        AppendCharsets();
        AppendCursorAndPen();
        return _text.Append(screen.UnfinishedSequence).ToString();
    }

    private void AppendLabels()
    {
        foreach (var title in _state.Labels.PushedTitles)
        {
            _text.Append($"\e]2;{title}\e\\\e[22;2t");
        }

        foreach (var name in _state.Labels.PushedIconNames)
        {
            _text.Append($"\e]1;{name}\e\\\e[22;1t");
        }

        AppendCommand("2", _state.Labels.Title);
        AppendCommand("1", _state.Labels.IconName);
        AppendCommand("7", _state.Labels.WorkingDirectory);
        foreach (var (index, color) in _state.Palette.Indexed)
        {
            AppendCommand($"4;{index}", $"#{color:x6}");
        }

        for (var command = 10; command <= 12; command++)
        {
            AppendCommand($"{command}", _state.Palette.Special(command) is { } color ? $"#{color:x6}" : "");
        }
    }

    private void AppendCommand(string command, string value)
    {
        if (value.Length > 0)
        {
            _text.Append($"\e]{command};{value}\e\\");
        }
    }

    private void AppendLines(ScreenBuffer buffer, int scrollBackLines)
    {
        var rows = new RowText(_text, _state.Appearance, _columns, canRunOn: screen.Rows > 1);
        var skipped = Math.Max(0, (buffer.ScrollBack?.Count ?? 0) - scrollBackLines);
        var line = buffer.Base - (buffer.ScrollBack?.Count ?? 0) + skipped;
        Row? before = null;
        foreach (var row in (buffer.ScrollBack?.Read(_columns, skipped) ?? []).Concat(buffer.Rows))
        {
            if (before is not null)
            {
                rows.Append(before, runsOn: row.IsWrapped, CursorSavedAbove(buffer, line++));
            }

            before = row;
        }

        rows.Append(before!, runsOn: false);
        rows.EndStyle();
    }

    // A cursor saved on a line that has left the screen can only be saved while that line is written.
    private string? CursorSavedAbove(ScreenBuffer buffer, int line)
    {
        var saved = buffer.Saved;
        if (buffer != _state.Main || _isSavedAbove || saved == SavedCursor.Home || saved.Line > line || line >= buffer.Base)
        {
            return null;
        }

        _isSavedAbove = true;
        return $"\e[{Math.Min(saved.X, _columns - 1) + 1}G{Saving(saved)}";
    }

    private void AppendBuffer(ScreenBuffer buffer)
    {
        AppendTabs(buffer.Tabs);
        if (_state.Modes.LeftRightMargins)
        {
            _text.Append("\e[?69h");
            if (buffer.HasSideMargins)
            {
                _text.Append($"\e[{buffer.Left + 1};{buffer.Right + 1}s");
            }
        }

        AppendKeyboard(buffer.Keyboard);
        AppendSavedCursor(buffer, evenHome: _state.Modes.LeftRightMargins);
    }

    private void AppendTabs(TabStops tabs)
    {
        var plain = new TabStops(_columns);
        if (Enumerable.Range(0, _columns).All(column => tabs[column] == plain[column]))
        {
            return;
        }

        _text.Append("\e[3g");
        for (var column = 0; column < _columns; column++)
        {
            if (tabs[column])
            {
                _text.Append($"\e[{column + 1}G\eH");
            }
        }
    }

    private void AppendKeyboard(KeyboardStack keyboard)
    {
        if (keyboard is { Flags: 0, Below.Count: 0 })
        {
            return;
        }

        foreach (var flags in keyboard.Below)
        {
            _text.Append($"\e[={flags};1u\e[>0u");
        }

        _text.Append($"\e[={keyboard.Flags};1u");
    }

    private void AppendSavedCursor(ScreenBuffer buffer, bool evenHome)
    {
        // It counts from the first line, in a fresh terminal too.
        var saved = buffer.Saved;
        if ((saved == SavedCursor.Home && !evenHome) || (buffer == _state.Main && _isSavedAbove))
        {
            return;
        }

        MoveTo(Math.Min(saved.X, _columns - 1), Math.Clamp(saved.Line - buffer.Base, 0, screen.Rows - 1));
        _text.Append(Saving(saved));
    }

    private static string Saving(SavedCursor saved)
    {
        var text = new StringBuilder();
        text.AppendStyle(saved.Pen.Style);
        return text.Append($"\e({saved.Charset}\e7\e(B\e[m").ToString();
    }

    private void AppendVerticalMargins(ScreenBuffer buffer)
    {
        if (buffer.Top > 0 || buffer.Bottom < screen.Rows - 1)
        {
            _text.Append($"\e[{buffer.Top + 1};{buffer.Bottom + 1}r");
        }
    }

    private void AppendModes()
    {
        var modes = _state.Modes;
        Switch(modes.Insert, "4");
        Switch(modes.NewLine, "20");
        Switch(modes.ApplicationCursorKeys, "?1");
        Switch(modes.ReverseVideo, "?5");
        Switch(modes.Origin, "?6");
        Switch(modes.ReverseWrap, "?45");
        Switch(modes.ApplicationKeypad, "?66");
        Switch(modes.MouseUtf8, "?1005");
        Switch(modes.MouseUrxvt, "?1015");
        Switch(modes.Mouse is not MouseTracking.None, $"?{(int)modes.Mouse}");
        Switch(modes.MouseEncoding is not MouseEncoding.Default, $"?{(int)modes.MouseEncoding}");
        Switch(modes.FocusEvents, "?1004");
        Switch(modes.BracketedPaste, "?2004");
        Switch(modes.SynchronizedOutput, "?2026");
        if (!modes.AutoWrap)
        {
            _text.Append("\e[?7l");
        }

        if (!modes.CursorVisible)
        {
            _text.Append("\e[?25l");
        }

        AppendChoice(modes.CursorBlink, 12);
        AppendChoice(modes.AlternateScroll, 1007);
        if (modes.CursorShape is not CursorShape.Default)
        {
            _text.Append($"\e[{(int)modes.CursorShape + (modes.CursorShapeBlinks ? 0 : 1)} q");
        }

        else if (modes.CursorShapeBlinks)
        {
            // A shape nobody knows sets the blinking alone.
            _text.Append("\e[7 q");
        }

        if (modes.ModifyOtherKeys > 0)
        {
            _text.Append($"\e[>4;{modes.ModifyOtherKeys}m");
        }
    }

    private void Switch(bool on, string mode)
    {
        if (on)
        {
            _text.Append($"\e[{mode}h");
        }
    }

    private void AppendChoice(bool? on, int mode)
    {
        if (on is { } chosen)
        {
            _text.Append($"\e[?{mode}{(chosen ? 'h' : 'l')}");
        }
    }

    private void AppendCharsets()
    {
        var charsets = _state.Charsets;
        AppendDesignations();
        _text.Append(charsets.Level switch { 1 => "\x0e", 2 => "\en", 3 => "\eo", _ => "" });
        if (charsets.Current == charsets.Sets[charsets.Level])
        {
            return;
        }

        // It came back with a cursor, and comes back with it again.
        if (charsets.Current == _state.Active.Saved.Charset)
        {
            _text.Append("\e8\e[m");
        }
        else
        {
            _text.Append($"\e{"()*+"[charsets.Level]}{charsets.Current}");
        }
    }

    private void AppendDesignations()
    {
        var sets = _state.Charsets.Sets;
        for (var level = 0; level < sets.Length; level++)
        {
            if (sets[level] != Charsets.Ascii)
            {
                _text.Append($"\e{"()*+"[level]}{sets[level]}");
            }
        }
    }

    // A wrap is pending only behind a character just printed, a mark joins only the one just printed, and REP repeats it;
    // so where one of these may come, the last character is printed once more.
    private void AppendCursorAndPen()
    {
        var buffer = _state.Active;
        var isPending = screen.IsWrapPending;
        if (!isPending && _state.PrecedingWidth == 0)
        {
            MoveToInMargins(buffer.X);
            AppendPen(isPlain: true);
            return;
        }

        var end = buffer.IsWrapPendingAtMargin ? buffer.X + 1 : Math.Min(buffer.X, _columns);
        var column = Math.Max(0, buffer.Current.IsLeftOver(end - 1) ? end - 2 : end - 1);
        var cell = buffer.Current[column];
        if (!cell.HasText)
        {
            AppendPendingWrapOnNothing(buffer);
        }
        else if (_state.PrecedingWidth > 0)
        {
            MoveToInMargins(column);
            AppendPen(isPlain: true);
            _text.Append(_state.Modes.Insert ? $"\e[{Math.Max(1, cell.Width)}P" : "").Append(_state.Appearance.TextOf(cell));
        }
        else
        {
            MoveToInMargins(column);
            _text.Append(_state.Modes.Insert ? "\e[4l" : "");
            var style = _state.Appearance.Styles[cell.Style];
            if (style.Link != 0)
            {
                _text.AppendLink(_state.Appearance.Links[style.Link]);
            }

            // It may have been printed from another character set; mode 2 puts ASCII into all of them.
            _text.AppendStyle(style);
            var charsets = _state.Charsets;
            var isDesignated = !charsets.IsAscii && charsets.Current == charsets.Sets[charsets.Level];
            _text.Append(isDesignated ? "\e[?2h" : "").Append(_state.Appearance.TextOf(cell));
            if (isDesignated)
            {
                AppendDesignations();
            }

            if (style.Link != 0)
            {
                _text.AppendLink(null);
            }

            _text.Append(_state.Modes.Insert ? "\e[4h" : "");
            AppendPen(isPlain: false);
        }
    }

    // The last column was erased after it had been printed to. Coming back from the alternate screen with a wrap pending
    // there leaves the main screen's line alone; on the alternate screen itself the whole line can be erased.
    private void AppendPendingWrapOnNothing(ScreenBuffer buffer)
    {
        if (!_state.IsAlternate)
        {
            _text.Append("\e[?47h");
            MoveToInMargins(_columns - 1, top: 0);
            _text.Append(" \e[?47l");
            AppendPen(isPlain: true);
            return;
        }

        MoveToInMargins(_columns - 1);
        _text.AppendStyle(Style.OnlyBackground(_state.Appearance.Styles[buffer.Current[_columns - 1].Style].Background));
        _text.Append(' ').Append(buffer.Current.TextLength() == 0 ? "\e[2K" : "");
        AppendPen(isPlain: false);
    }

    private void AppendPen(bool isPlain)
    {
        var pen = _state.Pen;
        var style = pen.Style;
        if (style.Link != 0)
        {
            _text.AppendLink(_state.Appearance.Links[style.Link]);
        }

        style = style with { Link = 0, UnderlineColor = pen.UnderlineColor };
        if (!isPlain || style != default)
        {
            _text.AppendStyle(style);
        }
    }

    private void MoveToInMargins(int column) => MoveToInMargins(column, _state.Active.Top);

    private void MoveToInMargins(int column, int top) =>
        MoveTo(Math.Min(column, _columns - 1), _state.Modes.Origin ? Math.Max(0, _state.Active.Y - top) : _state.Active.Y);

    private void MoveTo(int column, int row) => _text.Append($"\e[{row + 1};{column + 1}H");
}
