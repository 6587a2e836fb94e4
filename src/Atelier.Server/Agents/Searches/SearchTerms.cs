using System.Collections.Immutable;
using System.Globalization;

namespace Atelier.Server.Agents.Searches;

/// <summary>Words that are looked for beside each other; one word alone may be the beginning of a longer one.</summary>
/// <param name="Words">The words, in lower case.</param>
/// <param name="IsPhrase">Whether they were put into quotation marks: they follow each other, and each is whole.</param>
/// <param name="IsUnwanted">Whether they are not to be there.</param>
internal sealed record SearchTerm(ImmutableArray<string> Words, bool IsPhrase, bool IsUnwanted);

/// <summary>What somebody looks for: <c>redirect "query string" -test</c>. Words fall into their parts at every sign between letters, as the rows' do.</summary>
internal sealed class SearchTerms
{
    /// <summary>More words than that are passed over.</summary>
    private const int MostWords = 16;

    private readonly ImmutableArray<SearchTerm> _terms;

    private SearchTerms(ImmutableArray<SearchTerm> terms) => _terms = terms;

    /// <summary>What is marked where it is found.</summary>
    public IEnumerable<SearchTerm> Wanted => _terms.Where(term => !term.IsUnwanted);

    /// <summary>The same as PostgreSQL has it. Words hold no sign that means something there.</summary>
    public string Query => string.Join(" & ", _terms.Select(term =>
    {
        var words = term.IsPhrase
            ? string.Join(" <-> ", term.Words.Select(word => $"'{word}'"))
            : string.Join(" & ", term.Words.Select(word => $"'{word}':*"));
        return term.IsUnwanted ? $"!({words})" : $"({words})";
    }));

    /// <summary>Null when there is no word in it that could be found.</summary>
    public static SearchTerms? Of(string text)
    {
        var terms = ImmutableArray.CreateBuilder<SearchTerm>();
        var left = MostWords;
        for (var at = 0; at < text.Length && left > 0;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var isUnwanted = text[at] == '-';
            at += isUnwanted ? 1 : 0;
            var isPhrase = at < text.Length && text[at] == '"';
            var from = isPhrase ? at + 1 : at;
            var end = isPhrase ? text.IndexOf('"', from) : text.AsSpan(from).IndexOfAny(" \t\r\n\"") is var found and >= 0 ? from + found : -1;
            end = end < 0 ? text.Length : end;
            var words = WordsOf(text[from..end]).Take(left).ToImmutableArray();
            if (!words.IsEmpty)
            {
                terms.Add(new SearchTerm(words, isPhrase, isUnwanted));
                left -= words.Length;
            }

            at = isPhrase ? end + 1 : Math.Max(end, at);
        }

        return terms.Any(term => !term.IsUnwanted) ? new SearchTerms(terms.ToImmutable()) : null;
    }

    /// <summary>The words of a text, in lower case.</summary>
    public static IEnumerable<string> WordsOf(string text) =>
        Pieces(text).Select(piece => text.Substring(piece.Start, piece.Length).ToLowerInvariant());

    /// <summary>Where the words of a text are.</summary>
    public static IEnumerable<(int Start, int Length)> Pieces(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var from = at;
            while (at < text.Length && IsOfWord(text[at]))
            {
                at++;
            }

            if (at > from)
            {
                yield return (from, at - from);
            }

            at++;
        }
    }

    private static bool IsOfWord(char character) => char.IsLetterOrDigit(character) || char.IsSurrogate(character)
        || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
