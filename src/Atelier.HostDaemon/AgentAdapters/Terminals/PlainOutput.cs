using System.Text;

namespace Atelier.HostDaemon.AgentAdapters.Terminals;

/// <summary>What a terminal was sent, as lines of text for a program to read.</summary>
/// <remarks>
/// <code>
/// ESC [ 31 m red ESC [ 0 m          red             colours, cursor, modes (ECMA-48, 5.4) say nothing in a text
/// ESC ] 0 ; title BEL               -               nor do titles and links (xterm, OSC)
/// 10 % CR 20 % CR LF                20 %            a line that is written over has what was written last
/// </code>
/// </remarks>
internal static class PlainOutput
{
    /// <summary>Longest title or the like; what has no end by then is text.</summary>
    private const int MaxString = 4 << 10;

    public static string Of(string output)
    {
        var text = new StringBuilder(output.Length);
        var line = 0; // where the last line begins in the text
        var isReturned = false;
        for (var at = 0; at < output.Length; at++)
        {
            switch (output[at])
            {
                case '\e':
                    at = EndOfSequence(output, at);
                    break;
                case '\n':
                    text.Append('\n');
                    (line, isReturned) = (text.Length, false);
                    break;
                case '\r':
                    isReturned = true;
                    break;
                case '\b':
                    text.Length = Math.Max(line, text.Length - 1);
                    break;
                case var character when character == '\t' || !char.IsControl(character):
                    if (isReturned)
                    {
                        (text.Length, isReturned) = (line, false);
                    }

                    text.Append(character);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Where the last character of a sequence stands that begins at a place.</summary>
    private static int EndOfSequence(string output, int start)
    {
        var at = start + 1;
        if (at >= output.Length)
        {
            return start;
        }

        switch (output[at])
        {
            case '[':
                do
                {
                    at++;
                }
                while (at < output.Length && output[at] is >= ' ' and <= '?');

                return Math.Min(at, output.Length - 1);
            case ']' or 'P' or 'X' or '^' or '_':
                var end = output.AsSpan(at, Math.Min(MaxString, output.Length - at)).IndexOfAny('\a', '\e');
                return end < 0 ? at : output[at + end] == '\e' && at + end + 1 < output.Length ? at + end + 1 : at + end;
            default:
                while (at < output.Length - 1 && output[at] is >= ' ' and <= '/')
                {
                    at++;
                }

                return at;
        }
    }
}
