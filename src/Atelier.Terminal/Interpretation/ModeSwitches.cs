using Atelier.Terminal.Modes;
using Atelier.Terminal.Parsing;

namespace Atelier.Terminal.Interpretation;

/// <summary>SM, RM, DECSET, DECRST, DECSTR and the keyboard protocols: what a program switches on and off.</summary>
internal sealed class ModeSwitches(TerminalState state, CursorControl cursor)
{
    public void SetAnsi(SequenceParameters parameters, bool on)
    {
        for (var at = 0; at < parameters.Count; at++)
        {
            state.Modes = parameters[at] switch
            {
                4 => state.Modes with { Insert = on },
                20 => state.Modes with { NewLine = on },
                _ => state.Modes,
            };
        }
    }

    public void SetPrivate(SequenceParameters parameters, bool on)
    {
        for (var at = 0; at < parameters.Count; at++)
        {
            SetPrivate(parameters[at], on);
        }
    }

    public void SetCursorShape(int style) => state.Modes = state.Modes with
    {
        CursorShape = style switch
        {
            0 => CursorShape.Default,
            1 or 2 => CursorShape.Block,
            3 or 4 => CursorShape.Underline,
            5 or 6 => CursorShape.Bar,
            _ => state.Modes.CursorShape,
        },
        CursorShapeBlinks = style % 2 == 1,
    };

    /// <summary>DECSTR.</summary>
    public void SoftReset()
    {
        state.Active.ResetMargins();
        state.Pen = default;
        state.Charsets.Reset();
        state.Active.Saved = Buffers.SavedCursor.Home with { Line = state.Active.Base };
        state.Modes = new ScreenModes
        {
            NewLine = state.Modes.NewLine,
            CursorBlink = state.Modes.CursorBlink,
            ReverseVideo = state.Modes.ReverseVideo,
            Mouse = state.Modes.Mouse,
            MouseEncoding = state.Modes.MouseEncoding,
            MouseUtf8 = state.Modes.MouseUtf8,
            MouseUrxvt = state.Modes.MouseUrxvt,
            AlternateScroll = state.Modes.AlternateScroll,
        };
        state.Active.Keyboard.Reset();
    }

    /// <summary>XTMODKEYS: <c>CSI > 4 ; n m</c>; without n, or without anything, the default.</summary>
    public void SetKeyModifiers(SequenceParameters parameters)
    {
        if (parameters[0] is 0 or 4)
        {
            state.Modes = state.Modes with { ModifyOtherKeys = parameters.Count > 1 ? Math.Clamp(parameters[1], 0, 3) : 0 };
        }
    }

    public void DisableKeyModifiers(SequenceParameters parameters)
    {
        if (parameters[0] == 4)
        {
            state.Modes = state.Modes with { ModifyOtherKeys = 0 };
        }
    }

    private void SetPrivate(int mode, bool on)
    {
        var modes = state.Modes;
        switch (mode)
        {
            case 2 when on:
                state.Charsets.DesignateAll(Charsets.Ascii);
                break;
            case 6:
                state.Modes = modes with { Origin = on };
                cursor.Home();
                break;
            case 69:
                state.Modes = modes with { LeftRightMargins = on };
                state.Active.SetSideMargins(0, state.Active.Columns - 1);
                break;
            case 47 or 1047 or 1048 or 1049:
                SwitchScreen(mode, on);
                break;
            case 1005:
                state.Modes = modes with { MouseUtf8 = on };
                break;
            case 1015:
                state.Modes = modes with { MouseUrxvt = on };
                break;
            case 9 or 1000 or 1002 or 1003:
                state.Modes = modes with { Mouse = on ? (MouseTracking)mode : MouseTracking.None };
                break;
            case 1006 or 1016:
                state.Modes = modes with { MouseEncoding = on ? (MouseEncoding)mode : MouseEncoding.Default };
                break;
            default:
                state.Modes = Switched(modes, mode, on);
                break;
        }
    }

    private static ScreenModes Switched(ScreenModes modes, int mode, bool on) => mode switch
    {
        1 => modes with { ApplicationCursorKeys = on },
        5 => modes with { ReverseVideo = on },
        7 => modes with { AutoWrap = on },
        12 => modes with { CursorBlink = on },
        25 => modes with { CursorVisible = on },
        45 => modes with { ReverseWrap = on },
        66 => modes with { ApplicationKeypad = on },
        1004 => modes with { FocusEvents = on },
        1007 => modes with { AlternateScroll = on },
        2004 => modes with { BracketedPaste = on },
        2026 => modes with { SynchronizedOutput = on },
        _ => modes,
    };

    private void SwitchScreen(int mode, bool on)
    {
        if (on)
        {
            if (mode is 1048 or 1049)
            {
                cursor.Save();
            }

            if (mode is not 1048)
            {
                state.ShowAlternate();
            }

            return;
        }

        if (mode is not 1048)
        {
            state.ShowMain();
        }

        if (mode is 1048 or 1049)
        {
            cursor.Restore();
        }
    }
}
