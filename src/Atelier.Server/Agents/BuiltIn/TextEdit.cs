namespace Atelier.Server.Agents.BuiltIn;

/// <summary>What came of replacing a text; exactly one is null.</summary>
/// <param name="Text">The whole text as it is to be.</param>
/// <param name="Problem">Why it cannot be replaced, for the model.</param>
internal sealed record TextEdit(string? Text, string? Problem)
{
    /// <summary>Replaces an exact text.</summary>
    public static TextEdit Of(string text, string before, string after, bool everywhere)
    {
        if (before.Length == 0)
        {
            return new TextEdit(null, "old_text is empty. Use write for a new file.");
        }

        if (before == after)
        {
            return new TextEdit(null, "old_text and new_text are the same.");
        }

        var first = text.IndexOf(before, StringComparison.Ordinal);
        if (first < 0)
        {
            return new TextEdit(null, "old_text does not stand in the file. Read it, and give what stands there to the letter.");
        }

        if (everywhere)
        {
            return new TextEdit(text.Replace(before, after, StringComparison.Ordinal), null);
        }

        return text.IndexOf(before, first + 1, StringComparison.Ordinal) >= 0
            ? new TextEdit(null, "old_text stands in the file more than once. Give more of what is around it, or set replace_all.")
            : new TextEdit(string.Concat(text.AsSpan(0, first), after, text.AsSpan(first + before.Length)), null);
    }
}
