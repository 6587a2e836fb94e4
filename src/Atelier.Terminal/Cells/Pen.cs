namespace Atelier.Terminal.Cells;

/// <summary>How the next character will look.</summary>
/// <remarks>
/// Underline style, underline colour and link are one group that counts only while <see cref="IsExtended"/>. Saving the
/// cursor keeps colours and attributes but not the group, as xterm.js does it.
/// </remarks>
internal record struct Pen
{
    public Color Foreground { get; set; }

    public Color Background { get; set; }

    public StyleAttributes Attributes { get; set; }

    public bool IsExtended { get; set; }

    public UnderlineStyle Underline { get; set; }

    public Color UnderlineColor { get; set; }

    public ushort Link { get; set; }

    public readonly Style Style
    {
        get
        {
            var isUnderlined = (Attributes & StyleAttributes.Underline) != StyleAttributes.None;
            var underline = !isUnderlined ? UnderlineStyle.None
                : IsExtended && Underline is not UnderlineStyle.None ? Underline : UnderlineStyle.Straight;
            return new Style(
                Foreground,
                Background,
                Attributes,
                underline,
                isUnderlined && IsExtended ? UnderlineColor : default,
                IsExtended ? Link : (ushort)0);
        }
    }

    public void UpdateExtended() => IsExtended = Underline is not UnderlineStyle.None || Link != 0;

    public void Set(StyleAttributes attributes) => Attributes |= attributes;

    public void Clear(StyleAttributes attributes) => Attributes &= ~attributes;
}
