using Atelier.Terminal.Cells;
using Atelier.Terminal.Parsing;

namespace Atelier.Terminal.Interpretation;

/// <summary>SGR: colours and attributes of what is printed next (ECMA-48 8.3.117, ITU-T T.416 13.1.8).</summary>
internal sealed class GraphicRendition(TerminalState state)
{
    public void Apply(SequenceParameters parameters)
    {
        var pen = state.Pen;
        for (var at = 0; at < parameters.Count; at++)
        {
            var value = parameters[at];
            switch (value)
            {
                case 0:
                    pen = new Pen { Link = pen.Link };
                    pen.UpdateExtended();
                    break;
                case 4:
                    SetUnderline(ref pen, parameters.HasParts(at) ? parameters.PartsOf(at)[0] : 1);
                    break;
                case 21:
                    SetUnderline(ref pen, (int)UnderlineStyle.Twofold);
                    break;
                case 24:
                    SetUnderline(ref pen, 0);
                    break;
                case 38 or 48 or 58:
                    at += SetColor(ref pen, parameters, at);
                    break;
                case 39:
                    pen.Foreground = default;
                    break;
                case 49:
                    pen.Background = default;
                    break;
                case 59:
                    pen.UnderlineColor = default;
                    pen.UpdateExtended();
                    break;
                case >= 30 and <= 37:
                    pen.Foreground = Color.Named(value - 30);
                    break;
                case >= 40 and <= 47:
                    pen.Background = Color.Named(value - 40);
                    break;
                case >= 90 and <= 97:
                    pen.Foreground = Color.Named(value - 90 + 8);
                    break;
                case >= 100 and <= 107:
                    pen.Background = Color.Named(value - 100 + 8);
                    break;
                default:
                    pen.Set(SwitchedOn(value));
                    pen.Clear(SwitchedOff(value));
                    break;
            }
        }

        state.Pen = pen;
    }

    private static StyleAttributes SwitchedOn(int value) => value switch
    {
        1 => StyleAttributes.Bold,
        2 => StyleAttributes.Dim,
        3 => StyleAttributes.Italic,
        5 => StyleAttributes.Blink,
        7 => StyleAttributes.Inverse,
        8 => StyleAttributes.Invisible,
        9 => StyleAttributes.Strikethrough,
        53 => StyleAttributes.Overline,
        _ => StyleAttributes.None,
    };

    private static StyleAttributes SwitchedOff(int value) => value switch
    {
        22 => StyleAttributes.Bold | StyleAttributes.Dim,
        23 => StyleAttributes.Italic,
        25 => StyleAttributes.Blink,
        27 => StyleAttributes.Inverse,
        28 => StyleAttributes.Invisible,
        29 => StyleAttributes.Strikethrough,
        55 => StyleAttributes.Overline,
        _ => StyleAttributes.None,
    };

    private static void SetUnderline(ref Pen pen, int style)
    {
        pen.Underline = style is < 0 or > 5 ? UnderlineStyle.Straight : (UnderlineStyle)style;
        if (style == 0)
        {
            pen.Clear(StyleAttributes.Underline);
        }
        else
        {
            pen.Set(StyleAttributes.Underline);
        }

        pen.UpdateExtended();
    }

    /// <summary>
    /// Reads <c>38;5;n</c>, <c>38;2;r;g;b</c>, <c>38:5:n</c>, <c>38:2:space:r:g:b</c> and mixtures of both; returns how many
    /// more parameters belong to it.
    /// </summary>
    private static int SetColor(ref Pen pen, SequenceParameters parameters, int at)
    {
        // What is set, in which way, the colour space, and up to three values.
        Span<int> parts = [0, 0, -1, 0, 0, 0];
        var afterSpace = 0;
        var used = 0;
        while (true)
        {
            parts[used + afterSpace] = parameters[at + used];
            if (parameters.HasParts(at + used))
            {
                var values = parameters.PartsOf(at + used);
                for (var index = 0; index < values.Length && index + used + 1 + afterSpace < parts.Length; index++)
                {
                    afterSpace = parts[1] == 5 ? 1 : afterSpace;
                    if (used + index + 1 + afterSpace < parts.Length)
                    {
                        parts[used + index + 1 + afterSpace] = values[index];
                    }
                }

                break;
            }

            if ((parts[1] == 5 && used + afterSpace >= 2) || (parts[1] == 2 && used + afterSpace >= 5))
            {
                break;
            }

            afterSpace = parts[1] != 0 ? 1 : afterSpace;
            if (++used + at >= parameters.Count || used + afterSpace >= parts.Length)
            {
                break;
            }
        }

        Color? color = parts[1] switch
        {
            2 => Color.Rgb(Math.Max(parts[3], 0), Math.Max(parts[4], 0), Math.Max(parts[5], 0)),
            5 => Color.Indexed(Math.Max(parts[3], 0)),
            _ => null,
        };
        switch (parts[0])
        {
            case 38:
                pen.Foreground = color ?? pen.Foreground;
                break;
            case 48:
                pen.Background = color ?? pen.Background;
                break;
            default:
                pen.UnderlineColor = color ?? pen.UnderlineColor;
                break;
        }

        return used;
    }
}
