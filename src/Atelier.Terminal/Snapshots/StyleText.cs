using System.Text;
using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Snapshots;

/// <summary>Writes styles as control sequences, each from the plain style, so that none depends on the one before.</summary>
internal static class StyleText
{
    private static readonly (StyleAttributes Attribute, string Code)[] s_codes =
    [
        (StyleAttributes.Bold, ";1"),
        (StyleAttributes.Dim, ";2"),
        (StyleAttributes.Italic, ";3"),
        (StyleAttributes.Blink, ";5"),
        (StyleAttributes.Inverse, ";7"),
        (StyleAttributes.Invisible, ";8"),
        (StyleAttributes.Strikethrough, ";9"),
        (StyleAttributes.Overline, ";53"),
    ];

    public static void AppendStyle(this StringBuilder text, Style style)
    {
        text.Append("\e[0");
        foreach (var (attribute, code) in s_codes)
        {
            if ((style.Attributes & attribute) != StyleAttributes.None)
            {
                text.Append(code);
            }
        }

        if ((style.Attributes & StyleAttributes.Underline) != StyleAttributes.None)
        {
            text.Append(style.Underline is UnderlineStyle.Straight or UnderlineStyle.None ? ";4" : $";4:{(int)style.Underline}");
        }

        AppendColor(text, style.Foreground, named: 30, bright: 90, extended: 38);
        AppendColor(text, style.Background, named: 40, bright: 100, extended: 48);
        switch (style.UnderlineColor.Kind)
        {
            case ColorKind.Rgb:
                var color = style.UnderlineColor.Value;
                text.Append($";58:2::{color >> 16}:{color >> 8 & 255}:{color & 255}");
                break;
            case ColorKind.Indexed or ColorKind.Named:
                text.Append($";58:5:{style.UnderlineColor.Value}");
                break;
        }

        text.Append('m');
        if ((style.Attributes & StyleAttributes.Protected) != StyleAttributes.None)
        {
            text.Append("\e[1\"q");
        }
    }

    public static void AppendLink(this StringBuilder text, Link? link) =>
        text.Append("\e]8;").Append(link is null || link.Id.Length == 0 ? "" : $"id={link.Id}").Append(';').Append(link?.Uri).Append("\e\\");

    private static void AppendColor(StringBuilder text, Color color, int named, int bright, int extended)
    {
        switch (color.Kind)
        {
            case ColorKind.Named:
                text.Append(';').Append(color.Value < 8 ? named + color.Value : bright + color.Value - 8);
                break;
            case ColorKind.Indexed:
                text.Append($";{extended};5;{color.Value}");
                break;
            case ColorKind.Rgb:
                text.Append($";{extended};2;{color.Value >> 16};{color.Value >> 8 & 255};{color.Value & 255}");
                break;
        }
    }
}
