namespace Atelier.Server.Agents;

/// <summary>Titles and the names that come of a request; pure.</summary>
internal static class AgentTitle
{
    public const int MaxLength = 200;

    private const int SlugLength = 40;
    private const int ShortIdLength = 6;

    /// <summary>One line of bounded length; empty when there is nothing to see.</summary>
    public static string Fit(string text)
    {
        var line = string.Join(' ', new string([.. text.Kept().Select(character => char.IsControl(character) ? ' ' : character)])
            .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxLength ? line : $"{line.Beginning(MaxLength - 1).TrimEnd()}…";
    }

    /// <summary>A branch for a request: <c>atelier/add-a-json-flag-3f9a2c</c>. Its end is the id's, so that two agents never meet.</summary>
    public static string Branch(string request, AgentId id)
    {
        var words = new string([.. request.ToLowerInvariant().Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-')])
            .Split('-', StringSplitOptions.RemoveEmptyEntries);
        var slug = "";
        foreach (var word in words)
        {
            if (slug.Length + word.Length + 1 > SlugLength)
            {
                break;
            }

            slug += slug.Length == 0 ? word : $"-{word}";
        }

        return $"atelier/{(slug.Length == 0 ? "task" : slug)}-{id.Value[^ShortIdLength..]}";
    }
}
