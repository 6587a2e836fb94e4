using Atelier.Terminal.Modes;
using Atelier.Terminal.Parsing;

namespace Atelier.Terminal.Interpretation;

/// <summary>Says which control does what. What it does not know has no effect, as with any terminal.</summary>
/// <remarks>
/// Nothing here answers: a program's question (DA, DSR, DECRQM, OSC 10;?) is answered by the terminal of the viewer who
/// types, or by nobody; two answers would arrive as typing.
/// </remarks>
internal sealed class SequenceInterpreter
{
    private readonly TerminalState _state;
    private readonly CursorControl _cursor;
    private readonly Editing _editing;
    private readonly GraphicRendition _rendition;
    private readonly ModeSwitches _modes;
    private readonly SystemCommands _commands;

    public SequenceInterpreter(TerminalState state)
    {
        _state = state;
        _cursor = new CursorControl(state);
        _editing = new Editing(state, _cursor);
        _rendition = new GraphicRendition(state);
        _modes = new ModeSwitches(state, _cursor);
        _commands = new SystemCommands(state);
        Printer = new Printer(state);
    }

    public Printer Printer { get; }

    /// <summary>C0 and C1 controls.</summary>
    public void Execute(int control)
    {
        _state.PrecedingWidth = 0;
        switch (control)
        {
            case 0x08:
                _cursor.Backspace();
                break;
            case 0x09:
                _cursor.Tab();
                break;
            case 0x0A or 0x0B or 0x0C:
                _cursor.LineFeed();
                break;
            case 0x0D:
                _cursor.CarriageReturn();
                break;
            case 0x0E:
                _state.Charsets.Shift(1);
                break;
            case 0x0F:
                _state.Charsets.Shift(0);
                break;
            case 0x84:
                _cursor.Index();
                break;
            case 0x85:
                _cursor.NextLine();
                break;
            case 0x88:
                _cursor.SetTab();
                break;
        }
    }

    /// <summary>ESC, what was collected between, and the final byte.</summary>
    public void Escape(int collected, char final)
    {
        _state.PrecedingWidth = 0;
        switch (collected)
        {
            case 0:
                Escape(final);
                break;
            case '(' or ')' or '*' or '+' when CharsetTables.IsKnown(final):
                _state.Charsets.Designate(collected - '(', final);
                break;
            case '-' or '.' when CharsetTables.IsKnown(final):
                _state.Charsets.Designate(collected == '-' ? 1 : 2, final);
                break;
            case '%' when final is '@' or 'G':
                _state.Charsets.Shift(0);
                _state.Charsets.Designate(0, Charsets.Ascii);
                break;
            case '#' when final is '8':
                _editing.FillWithE();
                break;
        }
    }

    /// <summary>CSI; <paramref name="collected"/> is the prefix and intermediates, the last one lowest.</summary>
    public void Control(int collected, char final, SequenceParameters parameters)
    {
        _state.PrecedingWidth = final == 'b' ? _state.PrecedingWidth : 0;
        var count = Math.Max(parameters[0], 1);
        switch (collected)
        {
            case 0:
                Control(final, parameters, count);
                break;
            case '?':
                PrivateControl(final, parameters);
                break;
            case '>' when final == 'm':
                _modes.SetKeyModifiers(parameters);
                break;
            case '>' when final == 'n':
                _modes.DisableKeyModifiers(parameters);
                break;
            case '>' when final == 'u':
                _state.Active.Keyboard.Push(parameters[0]);
                break;
            case '<' when final == 'u':
                _state.Active.Keyboard.Pop(count);
                break;
            case '=' when final == 'u':
                _state.Active.Keyboard.Set(parameters[0], parameters.Count > 1 ? parameters[1] : 1);
                break;
            case '!' when final == 'p':
                _modes.SoftReset();
                break;
            case ' ':
                SpaceControl(final, parameters, count);
                break;
            case '\'' when final == '}':
                _editing.InsertColumns(count);
                break;
            case '\'' when final == '~':
                _editing.DeleteColumns(count);
                break;
            case '"' when final == 'q':
                SetProtected(parameters[0]);
                break;
        }
    }

    /// <summary>OSC, with its number and what follows it.</summary>
    public void Command(int command, ReadOnlySpan<byte> payload) => _commands.Run(command, payload);

    /// <summary>The end of any OSC, also of one that has no effect.</summary>
    public void EndCommand() => _state.PrecedingWidth = 0;

    private void Escape(char final)
    {
        switch (final)
        {
            case '7':
                _cursor.Save();
                break;
            case '8':
                _cursor.Restore();
                break;
            case '=' or '>':
                _state.Modes = _state.Modes with { ApplicationKeypad = final == '=' };
                break;
            case 'D':
                _cursor.Index();
                break;
            case 'E':
                _cursor.NextLine();
                break;
            case 'H':
                _cursor.SetTab();
                break;
            case 'M':
                _cursor.ReverseIndex();
                break;
            case 'c':
                _state.Reset();
                break;
            case 'n' or '}':
                _state.Charsets.Shift(2);
                break;
            case 'o' or '|':
                _state.Charsets.Shift(3);
                break;
            case '~':
                _state.Charsets.Shift(1);
                break;
        }
    }

    private void Control(char final, SequenceParameters parameters, int count)
    {
        var second = parameters.Count > 1 ? parameters[1] : 0;
        switch (final)
        {
            case '@':
                _editing.InsertCharacters(count);
                break;
            case 'A':
                _cursor.Up(count);
                break;
            case 'B':
                _cursor.Down(count);
                break;
            case 'C' or 'a':
                _cursor.Right(count);
                break;
            case 'D':
                _cursor.Left(count);
                break;
            case 'E':
                _cursor.Down(count);
                _cursor.CarriageReturn();
                break;
            case 'F':
                _cursor.Up(count);
                _cursor.CarriageReturn();
                break;
            case 'G' or '`':
                _cursor.ToColumn(count - 1);
                break;
            case 'H' or 'f':
                _cursor.To(Math.Max(second, 1) - 1, count - 1);
                break;
            case 'I':
                _cursor.Tab(count);
                break;
            case 'J':
                _editing.EraseDisplay(parameters[0], onlyUnprotected: false);
                break;
            case 'K':
                _editing.EraseLine(parameters[0], onlyUnprotected: false);
                break;
            case 'L':
                _editing.InsertLines(count);
                break;
            case 'M':
                _editing.DeleteLines(count);
                break;
            case 'P':
                _editing.DeleteCharacters(count);
                break;
            case 'S':
                _editing.ScrollUp(count);
                break;
            case 'T':
                _editing.ScrollDown(count);
                break;
            case 'X':
                _editing.EraseCharacters(count);
                break;
            case 'Z':
                _cursor.TabBack(count);
                break;
            case 'b':
                Printer.Repeat(count);
                _state.PrecedingWidth = 0;
                break;
            case 'd':
                _cursor.ToRow(count - 1);
                break;
            case 'e':
                _cursor.Move(0, count);
                break;
            case 'g' when parameters[0] == 0:
                _cursor.ClearTab();
                break;
            case 'g' when parameters[0] == 3:
                _state.Active.Tabs.ClearAll();
                break;
            case 'h' or 'l':
                _modes.SetAnsi(parameters, on: final == 'h');
                break;
            case 'm':
                _rendition.Apply(parameters);
                break;
            case 'r':
                _cursor.SetVerticalMargins(parameters[0], second);
                break;
            case 's' when _state.Modes.LeftRightMargins:
                _cursor.SetSideMargins(parameters[0], second);
                break;
            case 's':
                _cursor.Save();
                break;
            case 't':
                KeepTitles(parameters[0], second);
                break;
            case 'u':
                _cursor.Restore();
                break;
        }
    }

    private void PrivateControl(char final, SequenceParameters parameters)
    {
        switch (final)
        {
            case 'J':
                _editing.EraseDisplay(parameters[0], onlyUnprotected: true);
                break;
            case 'K':
                _editing.EraseLine(parameters[0], onlyUnprotected: true);
                break;
            case 'h' or 'l':
                _modes.SetPrivate(parameters, on: final == 'h');
                break;
        }
    }

    private void SpaceControl(char final, SequenceParameters parameters, int count)
    {
        switch (final)
        {
            case '@':
                _editing.ScrollLeft(count);
                break;
            case 'A':
                _editing.ScrollRight(count);
                break;
            case 'q':
                _modes.SetCursorShape(parameters[0]);
                break;
        }
    }

    // DECSCA: 1 protects what is printed from then on from selective erase.
    private void SetProtected(int value)
    {
        var pen = _state.Pen;
        if (value == 1)
        {
            pen.Set(Cells.StyleAttributes.Protected);
        }
        else if (value is 0 or 2)
        {
            pen.Clear(Cells.StyleAttributes.Protected);
        }

        _state.Pen = pen;
    }

    // XTWINOPS 22 and 23 keep titles on a stack: 0 both, 1 icon, 2 window.
    private void KeepTitles(int operation, int which)
    {
        switch (operation)
        {
            case 22 when which is 0 or 2:
                _state.Labels.PushTitle();
                break;
            case 23 when which is 0 or 2:
                _state.Labels.PopTitle();
                break;
        }

        switch (operation)
        {
            case 22 when which is 0 or 1:
                _state.Labels.PushIconName();
                break;
            case 23 when which is 0 or 1:
                _state.Labels.PopIconName();
                break;
        }
    }
}
