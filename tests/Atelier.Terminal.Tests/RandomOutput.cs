using System.Globalization;
using System.Text;

namespace Atelier.Terminal.Tests;

/// <summary>Makes output up: mostly sequences that mean something, as a wild program would write them.</summary>
internal sealed class RandomOutput(Random random)
{
    private const string Starts = "\e\e\e[[[]P;0123456789?mHJKLMhlr\a\r\n aA_";

    private static readonly string[] s_texts =
    [
        "a", "hello", "the quick brown fox jumps over the lazy dog", "─│┌┐", "ñandú", "   ", "~`{}|@[]\\#", "qqqxxxlk",
    ];

    private static readonly string[] s_wideOrMarked = ["e\u0301", "\u0301", "👩‍👩‍👧", "x̂̃", "漢字", "かな交じり文です", "👍🏽", "🎉", "한국어"];

    private static readonly string[] s_controls = ["\r", "\n", "\r\n", "\r\n", "\b", "\t", "\x0e", "\x0f", "\v", "\a", "\u0084", "\u0085", "\u0088", "\x18"];

    private static readonly string[] s_escapes =
    [
        "7", "8", "=", ">", "D", "E", "H", "M", "n", "o", "~", "|", "}", "(0", "(B", ")0", ")B", "*0", "+A", "-0", ".A", "(K", "%G", "(9", " F",
    ];

    private static readonly int[] s_modes = [1, 6, 12, 25, 45, 47, 66, 1000, 1002, 1003, 1004, 1006, 1016, 1047, 1048, 1049, 2004, 2026, 9, 2, 1234];

    private static readonly string[] s_strings =
    [
        "\e]0;title\a", "\e]2;täitel\e\\", "\e]8;;https://example.org/a\e\\", "\e]8;id=x;https://example.org/b\e\\", "\e]8;;\e\\", "\ePq data\e\\",
        "\e_apc\e\\", "\e^pm\e\\", "\e]4;1;#ff0000\a", "\e]unknown\a", "\e[1$q\e\\", "\e]0;broken\x18", "\e[>4;2m", "\e[?1;2;3$p", "\e[12<3m", "\e(",
    ];

    /// <summary>Some output.</summary>
    /// <param name="columns">Width of the screen.</param>
    /// <param name="rows">Its height.</param>
    /// <param name="isResized">Leaves out what a change of size leaves in pieces no output can make: marks, wide characters, the alternate screen.</param>
    public string Next(int columns, int rows, bool isResized)
    {
        var text = new StringBuilder();
        for (var count = random.Next(1, 12); count > 0; count--)
        {
            text.Append(random.Next(20) switch
            {
                < 3 when !isResized => s_wideOrMarked[random.Next(s_wideOrMarked.Length)],
                < 6 => s_texts[random.Next(s_texts.Length)],
                < 9 => s_controls[random.Next(s_controls.Length)],
                9 => $"\e{s_escapes[random.Next(s_escapes.Length)]}",
                10 => s_strings[random.Next(s_strings.Length)],
                11 or 12 => $"\e[{Rendition()}m",
                13 => Mode(withScreens: !isResized),
                14 => $"\e[{Small(rows)};{Small(rows)}r",
                15 => $"\e[{Small(rows)};{Small(columns)}H",
                16 => new string((char)random.Next('a', 'z'), random.Next(columns * 2)),
                17 when isResized => $"\e[{Small(columns)} {"@A"[random.Next(2)]}",
                _ => $"\e[{Small(Math.Max(columns, rows))}{Final()}",
            });
        }

        return text.ToString();
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        for (var at = 0; at < count; at++)
        {
            // Half of it looks like the start of something.
            if (random.Next(2) == 0)
            {
                bytes[at] = (byte)Starts[random.Next(Starts.Length)];
            }
        }

        return bytes;
    }

    private string Small(int limit) => random.Next(4) == 0 ? "" : random.Next(limit + 3).ToString(CultureInfo.InvariantCulture);

    private string Final()
    {
        string[] finals =
        [
            "A", "B", "C", "D", "E", "F", "G", "I", "J", "K", "L", "M", "P", "S", "T", "X", "Z", "@", "`", "a", "b", "d", "e", "g",
            " q", "\"q", "s", "u", "!p",
        ];
        return finals[random.Next(finals.Length - (random.Next(4) == 0 ? 0 : 1))];
    }

    private string Mode(bool withScreens)
    {
        if (random.Next(6) == 0)
        {
            return random.Next(2) == 0 ? "\e[4h" : "\e[4l";
        }

        var mode = s_modes[random.Next(s_modes.Length)];
        return mode is 47 or 1047 or 1049 && !withScreens ? "" : $"\e[?{mode}{(random.Next(2) == 0 ? 'h' : 'l')}";
    }

    private string Rendition()
    {
        string[] parts =
        [
            "", "0", "1", "2", "3", "4", "5", "7", "8", "9", "21", "22", "23", "24", "25", "27", "28", "29", "53", "55", "39", "49", "59",
            $"{random.Next(30, 38)}", $"{random.Next(40, 48)}", $"{random.Next(90, 98)}", $"{random.Next(100, 108)}",
            $"38;5;{random.Next(256)}", $"48;5;{random.Next(256)}", $"38;2;{random.Next(256)};{random.Next(256)};3", $"48:2::1:{random.Next(256)}:3",
            "4:3", "4:0", "58:5:7", "58:2::1:2:3", "38;5", "48:5", "38:2:1:2:3", "1000",
        ];
        return string.Join(';', Enumerable.Range(0, random.Next(1, 4)).Select(_ => parts[random.Next(parts.Length)]));
    }
}
