namespace Atelier.HostDaemon.AgentAdapters.Files;

/// <summary>Texts as lines; a line has its end with it.</summary>
internal static class TextLines
{
    /// <summary>How many lines there are; what follows the last line end is one, also when it is empty.</summary>
    public static int Count(string text) => text.AsSpan().Count('\n') + 1;

    /// <summary>Some lines of a text; null when the first is past its end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="line">The first, from 1; null or 0 for the first there is.</param>
    /// <param name="limit">How many at most; null for all.</param>
    public static string? Slice(string text, long? line, long? limit)
    {
        var from = Start(text, 0, Math.Max(0, (line ?? 1) - 1));
        return from is not { } start ? null
            : limit is { } most ? text[start..(Start(text, start, Math.Max(0, most)) ?? text.Length)]
            : text[start..];
    }

    /// <summary>The lines of a text.</summary>
    public static string[] Of(string text)
    {
        var lines = new List<string>();
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var at ? at + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }

    /// <summary>Where a line begins, so many lines after a place; null when there are not so many.</summary>
    private static int? Start(string text, int from, long lines)
    {
        for (; lines > 0; lines--)
        {
            if (text.IndexOf('\n', from) is not (>= 0 and var at))
            {
                return null;
            }

            from = at + 1;
        }

        return from;
    }
}
