using System.Text;

namespace Atelier.Server.AgentPrograms;

/// <summary>A command as a person writes it: words, quotes, and <c>{{PROMPT}}</c> where the first prompt goes.</summary>
/// <remarks>
/// It is cut into words here and never given to a shell, so that nothing in a prompt can become a command. Quotes group as in a shell; a backslash takes
/// the next character as it is.
/// <code>claude {{PROMPT}} · gemini --prompt-interactive {{PROMPT}} · 'my agent' --flag "two words"</code>
/// </remarks>
/// <param name="Words">Program and arguments.</param>
internal sealed record CommandTemplate(IReadOnlyList<string> Words)
{
    public const string Prompt = "{{PROMPT}}";

    public bool TakesPrompt => Words.Contains(Prompt);

    /// <summary>Cuts a template into words; null when it is empty or a quote is left open.</summary>
    public static CommandTemplate? Parse(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, isInWord) = ('\0', false);
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (character == '\\' && quote != '\'' && at + 1 < text.Length)
            {
                word.Append(text[++at]);
                isInWord = true;
            }
            else if (quote != '\0')
            {
                quote = character == quote ? '\0' : quote;
                word.Append(quote == '\0' ? "" : character.ToString());
            }
            else if (character is '"' or '\'')
            {
                (quote, isInWord) = (character, true);
            }
            else if (char.IsWhiteSpace(character))
            {
                EndWord();
            }
            else
            {
                word.Append(character);
                isInWord = true;
            }
        }

        EndWord();
        return quote == '\0' && words.Count > 0 && words[0].Length > 0 && words[0] != Prompt ? new CommandTemplate(words) : null;

        void EndWord()
        {
            if (isInWord)
            {
                words.Add(word.ToString());
                word.Clear();
                isInWord = false;
            }
        }
    }

    /// <summary>Program and arguments for a first prompt. Without one its place is left out, and the option before it.</summary>
    public IReadOnlyList<string> For(string? prompt)
    {
        if (prompt is not null)
        {
            return [.. Words.Select(word => word == Prompt ? prompt : word)];
        }

        return [.. Words.Where((word, at) => word != Prompt && !(at + 1 < Words.Count && Words[at + 1] == Prompt && word.StartsWith('-')))];
    }
}
