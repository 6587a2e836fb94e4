namespace Atelier.Terminal.Modes;

/// <summary>Which mouse events the program wants.</summary>
public enum MouseTracking
{
    None = 0,
    X10 = 9,
    Buttons = 1000,
    Drag = 1002,
    Any = 1003,
}

/// <summary>How mouse events are written.</summary>
public enum MouseEncoding
{
    Default = 0,
    Sgr = 1006,
    SgrPixels = 1016,
}

/// <summary>The cursor's form (DECSCUSR).</summary>
public enum CursorShape
{
    /// <summary>The viewer's own choice.</summary>
    Default = 0,
    Block = 1,
    Underline = 3,
    Bar = 5,
}

/// <summary>The switches a program has set, as a value; numbers are those of the control sequences.</summary>
public sealed record ScreenModes
{
    /// <summary>IRM (4): characters push the rest of the line to the right.</summary>
    public bool Insert { get; init; }

    /// <summary>LNM (20): a line feed also returns the carriage.</summary>
    public bool NewLine { get; init; }

    /// <summary>DECCKM (1).</summary>
    public bool ApplicationCursorKeys { get; init; }

    /// <summary>DECSCNM (5).</summary>
    public bool ReverseVideo { get; init; }

    /// <summary>DECOM (6): row 1 is the first row inside the margins.</summary>
    public bool Origin { get; init; }

    /// <summary>DECAWM (7).</summary>
    public bool AutoWrap { get; init; } = true;

    /// <summary>Blink asked for by mode 12; null when the program never said.</summary>
    public bool? CursorBlink { get; init; }

    /// <summary>DECTCEM (25).</summary>
    public bool CursorVisible { get; init; } = true;

    /// <summary>Mode 45: a backspace in the first column goes to the end of the line above, if that ran on.</summary>
    public bool ReverseWrap { get; init; }

    /// <summary>DECNKM (66), DECKPAM.</summary>
    public bool ApplicationKeypad { get; init; }

    /// <summary>DECLRMM (69): left and right margins may be set.</summary>
    public bool LeftRightMargins { get; init; }

    /// <summary>9, 1000, 1002, 1003.</summary>
    public MouseTracking Mouse { get; init; }

    /// <summary>1006, 1016.</summary>
    public MouseEncoding MouseEncoding { get; init; }

    /// <summary>1005; older than 1006, which comes first where both are set.</summary>
    public bool MouseUtf8 { get; init; }

    /// <summary>1015; likewise.</summary>
    public bool MouseUrxvt { get; init; }

    /// <summary>1004.</summary>
    public bool FocusEvents { get; init; }

    /// <summary>1007: the wheel sends arrow keys on the alternate screen; null when the program never said.</summary>
    public bool? AlternateScroll { get; init; }

    /// <summary>2004.</summary>
    public bool BracketedPaste { get; init; }

    /// <summary>2026: nothing is to be shown until it is reset.</summary>
    public bool SynchronizedOutput { get; init; }

    /// <summary>DECSCUSR: the form, default until the program chose.</summary>
    public CursorShape CursorShape { get; init; }

    /// <summary>DECSCUSR: whether that form blinks.</summary>
    public bool CursorShapeBlinks { get; init; }

    /// <summary>XTMODKEYS, modifyOtherKeys.</summary>
    public int ModifyOtherKeys { get; init; }
}
