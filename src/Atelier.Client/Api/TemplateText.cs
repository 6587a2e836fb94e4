namespace Atelier.Client.Api;

/// <summary>Writes a command as the server reads it: words with blanks between them, quoted where they need it.</summary>
/// <remarks>
/// The server cuts the text into words again and gives it to no shell. Within single quotes everything stands for itself; a single quote is written
/// outside of them, after a backslash.
/// <code>claude {{PROMPT}} · 'my agent' --flag 'two words' · say 'it'\''s'</code>
/// </remarks>
public static class TemplateText
{
    /// <summary>A command's text. One argument is taken as the whole text, as it is typed; several are its words.</summary>
    /// <param name="arguments">What a person gave; at least one.</param>
    public static string Of(IReadOnlyList<string> arguments) =>
        arguments.Count == 1 ? arguments[0] : string.Join(' ', arguments.Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(IsPlain) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char character) =>
        !char.IsWhiteSpace(character) && character is not ('\'' or '"' or '\\');
}
