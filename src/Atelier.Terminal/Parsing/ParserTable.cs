namespace Atelier.Terminal.Parsing;

internal enum ParserState : byte
{
    Ground,
    Escape,
    EscapeIntermediate,
    ControlEntry,
    ControlParameter,
    ControlIntermediate,
    ControlIgnore,
    String,
    Command,
    DeviceEntry,
    DeviceParameter,
    DeviceIntermediate,
    DeviceIgnore,
    DeviceData,
}

internal enum ParserAction : byte
{
    Ignore,
    Print,
    Execute,
    Clear,
    Collect,
    Parameter,
    DispatchEscape,
    DispatchControl,
    StartCommand,
    PutCommand,
    EndCommand,
}

/// <summary>What a character does in each state, and the state after it.</summary>
/// <remarks>
/// The state machine of DEC's VT500 as Paul Flo Williams drew it (https://vt100.net/emu/dec_ansi_parser), with what xterm.js
/// does where it is silent: parameters may have parts (':'), and a character that has no place in a sequence ends it.
/// Characters from U+00A0 on are one class.
/// </remarks>
internal static class ParserTable
{
    /// <summary>The class of U+00A0 and above.</summary>
    public const int Printable = 0xA0;

    private const int Classes = Printable + 1;

    private static readonly (ParserAction Action, ParserState Next)[] s_table = Build();

    public static (ParserAction Action, ParserState Next) At(ParserState state, int codePoint) =>
        s_table[((int)state * Classes) + Math.Min(codePoint, Printable)];

    private static (ParserAction Action, ParserState Next)[] Build()
    {
        var states = Enum.GetValues<ParserState>();
        var table = new (ParserAction, ParserState)[states.Length * Classes];

        void Set(ParserState state, int from, int to, ParserAction action, ParserState next) =>
            Array.Fill(table, (action, next), ((int)state * Classes) + from, to - from + 1);

        void SetControls(ParserState state, ParserAction action)
        {
            Set(state, 0x00, 0x17, action, state);
            Set(state, 0x19, 0x19, action, state);
            Set(state, 0x1C, 0x1F, action, state);
        }

        foreach (var state in states)
        {
            Set(state, 0x18, 0x18, ParserAction.Execute, ParserState.Ground);
            Set(state, 0x1A, 0x1A, ParserAction.Execute, ParserState.Ground);
            Set(state, 0x1B, 0x1B, ParserAction.Clear, ParserState.Escape);
            Set(state, 0x80, 0x9A, ParserAction.Execute, ParserState.Ground);
            Set(state, 0x90, 0x90, ParserAction.Clear, ParserState.DeviceEntry);
            Set(state, 0x98, 0x98, ParserAction.Ignore, ParserState.String);
            Set(state, 0x9B, 0x9B, ParserAction.Clear, ParserState.ControlEntry);
            Set(state, 0x9C, 0x9C, ParserAction.Ignore, ParserState.Ground);
            Set(state, 0x9D, 0x9D, ParserAction.StartCommand, ParserState.Command);
            Set(state, 0x9E, 0x9F, ParserAction.Ignore, ParserState.String);
        }

        SetControls(ParserState.Ground, ParserAction.Execute);
        Set(ParserState.Ground, 0x20, 0x7E, ParserAction.Print, ParserState.Ground);
        Set(ParserState.Ground, Printable, Printable, ParserAction.Print, ParserState.Ground);

        SetControls(ParserState.Escape, ParserAction.Execute);
        Set(ParserState.Escape, 0x20, 0x2F, ParserAction.Collect, ParserState.EscapeIntermediate);
        Set(ParserState.Escape, 0x30, 0x7E, ParserAction.DispatchEscape, ParserState.Ground);
        Set(ParserState.Escape, 'P', 'P', ParserAction.Clear, ParserState.DeviceEntry);
        Set(ParserState.Escape, 'X', 'X', ParserAction.Ignore, ParserState.String);
        Set(ParserState.Escape, '[', '[', ParserAction.Clear, ParserState.ControlEntry);
        Set(ParserState.Escape, ']', ']', ParserAction.StartCommand, ParserState.Command);
        Set(ParserState.Escape, '^', '_', ParserAction.Ignore, ParserState.String);
        Set(ParserState.Escape, 0x7F, 0x7F, ParserAction.Ignore, ParserState.Escape);

        SetControls(ParserState.EscapeIntermediate, ParserAction.Execute);
        Set(ParserState.EscapeIntermediate, 0x20, 0x2F, ParserAction.Collect, ParserState.EscapeIntermediate);
        Set(ParserState.EscapeIntermediate, 0x30, 0x7E, ParserAction.DispatchEscape, ParserState.Ground);
        Set(ParserState.EscapeIntermediate, 0x7F, 0x7F, ParserAction.Ignore, ParserState.EscapeIntermediate);

        foreach (var state in (ReadOnlySpan<ParserState>)[ParserState.ControlEntry, ParserState.ControlParameter])
        {
            SetControls(state, ParserAction.Execute);
            Set(state, 0x20, 0x2F, ParserAction.Collect, ParserState.ControlIntermediate);
            Set(state, '0', ';', ParserAction.Parameter, ParserState.ControlParameter);
            Set(state, 0x40, 0x7E, ParserAction.DispatchControl, ParserState.Ground);
            Set(state, 0x7F, 0x7F, ParserAction.Ignore, state);
        }

        Set(ParserState.ControlEntry, '<', '?', ParserAction.Collect, ParserState.ControlParameter);
        Set(ParserState.ControlParameter, '<', '?', ParserAction.Ignore, ParserState.ControlIgnore);

        SetControls(ParserState.ControlIntermediate, ParserAction.Execute);
        Set(ParserState.ControlIntermediate, 0x20, 0x2F, ParserAction.Collect, ParserState.ControlIntermediate);
        Set(ParserState.ControlIntermediate, 0x30, 0x3F, ParserAction.Ignore, ParserState.ControlIgnore);
        Set(ParserState.ControlIntermediate, 0x40, 0x7E, ParserAction.DispatchControl, ParserState.Ground);
        Set(ParserState.ControlIntermediate, 0x7F, 0x7F, ParserAction.Ignore, ParserState.ControlIntermediate);

        SetControls(ParserState.ControlIgnore, ParserAction.Execute);
        Set(ParserState.ControlIgnore, 0x20, 0x3F, ParserAction.Ignore, ParserState.ControlIgnore);
        Set(ParserState.ControlIgnore, 0x40, 0x7E, ParserAction.Ignore, ParserState.Ground);
        Set(ParserState.ControlIgnore, 0x7F, 0x7F, ParserAction.Ignore, ParserState.ControlIgnore);
        Set(ParserState.ControlIgnore, Printable, Printable, ParserAction.Ignore, ParserState.ControlIgnore);

        SetControls(ParserState.String, ParserAction.Ignore);
        Set(ParserState.String, 0x20, 0x7F, ParserAction.Ignore, ParserState.String);

        SetControls(ParserState.Command, ParserAction.Ignore);
        Set(ParserState.Command, 0x20, 0x7F, ParserAction.PutCommand, ParserState.Command);
        Set(ParserState.Command, Printable, Printable, ParserAction.PutCommand, ParserState.Command);
        Set(ParserState.Command, 0x07, 0x07, ParserAction.EndCommand, ParserState.Ground);
        Set(ParserState.Command, 0x18, 0x18, ParserAction.EndCommand, ParserState.Ground);
        Set(ParserState.Command, 0x1A, 0x1A, ParserAction.EndCommand, ParserState.Ground);
        Set(ParserState.Command, 0x1B, 0x1B, ParserAction.EndCommand, ParserState.Escape);
        Set(ParserState.Command, 0x9C, 0x9C, ParserAction.EndCommand, ParserState.Ground);

        foreach (var state in (ReadOnlySpan<ParserState>)[ParserState.DeviceEntry, ParserState.DeviceParameter])
        {
            SetControls(state, ParserAction.Ignore);
            Set(state, 0x20, 0x2F, ParserAction.Ignore, ParserState.DeviceIntermediate);
            Set(state, '0', ';', ParserAction.Ignore, ParserState.DeviceParameter);
            Set(state, 0x40, 0x7E, ParserAction.Ignore, ParserState.DeviceData);
            Set(state, 0x7F, 0x7F, ParserAction.Ignore, state);
        }

        Set(ParserState.DeviceEntry, '<', '?', ParserAction.Ignore, ParserState.DeviceParameter);
        Set(ParserState.DeviceParameter, '<', '?', ParserAction.Ignore, ParserState.DeviceIgnore);

        SetControls(ParserState.DeviceIntermediate, ParserAction.Ignore);
        Set(ParserState.DeviceIntermediate, 0x20, 0x2F, ParserAction.Ignore, ParserState.DeviceIntermediate);
        Set(ParserState.DeviceIntermediate, 0x30, 0x3F, ParserAction.Ignore, ParserState.DeviceIgnore);
        Set(ParserState.DeviceIntermediate, 0x40, 0x7E, ParserAction.Ignore, ParserState.DeviceData);
        Set(ParserState.DeviceIntermediate, 0x7F, 0x7F, ParserAction.Ignore, ParserState.DeviceIntermediate);

        foreach (var state in (ReadOnlySpan<ParserState>)[ParserState.DeviceIgnore, ParserState.DeviceData])
        {
            SetControls(state, ParserAction.Ignore);
            Set(state, 0x20, 0x7F, ParserAction.Ignore, state);
            Set(state, Printable, Printable, ParserAction.Ignore, state);
        }

        return table;
    }
}
