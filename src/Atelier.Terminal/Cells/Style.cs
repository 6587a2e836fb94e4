namespace Atelier.Terminal.Cells;

/// <summary>What SGR and DECSCA switch on and off.</summary>
[Flags]
public enum StyleAttributes : ushort
{
    None = 0,
    Bold = 1 << 0,
    Dim = 1 << 1,
    Italic = 1 << 2,
    Underline = 1 << 3,
    Blink = 1 << 4,
    Inverse = 1 << 5,
    Invisible = 1 << 6,
    Strikethrough = 1 << 7,
    Overline = 1 << 8,

    /// <summary>Selective erase leaves the cell alone (DECSCA).</summary>
    Protected = 1 << 9,
}

/// <summary>How an underline is drawn (SGR 4:n).</summary>
public enum UnderlineStyle : byte
{
    None = 0,
    Straight = 1,
    Twofold = 2,
    Curly = 3,
    Dotted = 4,
    Dashed = 5,
}

/// <summary>How a cell looks; cells that look the same share one.</summary>
/// <param name="Foreground">Colour of the text.</param>
/// <param name="Background">Colour behind it.</param>
/// <param name="Attributes">What else is switched on.</param>
/// <param name="Underline">How it is underlined.</param>
/// <param name="UnderlineColor">Colour of the underline; default means the text's.</param>
/// <param name="Link">Number of its link in the screen's links, 0 for none.</param>
public readonly record struct Style(
    Color Foreground,
    Color Background,
    StyleAttributes Attributes,
    UnderlineStyle Underline,
    Color UnderlineColor,
    ushort Link)
{
    internal static Style OnlyBackground(Color background) => new(default, background, default, default, default, 0);
}
