namespace Atelier.DemoAgent.Turns;

/// <summary>Cuts a text as a model says it.</summary>
internal static class TextPieces
{
    /// <summary>Pieces of so many words; together they are the text.</summary>
    public static IEnumerable<string> Of(string text, int words)
    {
        var (from, seen) = (0, 0);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == ' ' && ++seen == words)
            {
                yield return text[from..(at + 1)];
                (from, seen) = (at + 1, 0);
            }
        }

        if (from < text.Length)
        {
            yield return text[from..];
        }
    }
}
