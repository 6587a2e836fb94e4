namespace Atelier.Server.Agents.Searches;

/// <summary>A stretch of a snippet that was looked for.</summary>
/// <param name="Start">Where it begins, in UTF-16 units.</param>
/// <param name="Length">How long it is.</param>
internal sealed record SearchMark(int Start, int Length);

/// <summary>The part of a text that shows why it was found; on one line.</summary>
/// <param name="Text">The words around the first place.</param>
/// <param name="Marks">What was looked for in it, in order.</param>
internal sealed record SearchSnippet(string Text, IReadOnlyList<SearchMark> Marks)
{
    private const int Longest = 240;
    private const int Before = 60;

    public static SearchSnippet Of(string text, SearchTerms terms)
    {
        var line = string.Create(text.Length, text, (span, from) =>
        {
            for (var at = 0; at < from.Length; at++)
            {
                span[at] = char.IsWhiteSpace(from[at]) || char.IsControl(from[at]) ? ' ' : from[at];
            }
        });
        var found = Found(line, terms);
        var start = found is [var first, ..] ? Math.Max(0, first.Start - Before) : 0;
        if (start > 0 && line.IndexOf(' ', start, Math.Min(Before, line.Length - start)) is var blank and >= 0 && found is [var mark, ..] && blank < mark.Start)
        {
            start = blank + 1; // at the beginning of a word
        }

        if (start > 0 && char.IsLowSurrogate(line[start]))
        {
            start++;
        }

        var shown = line[start..].Beginning(Longest);
        var (head, tail) = (start > 0 ? "…" : "", start + shown.Length < line.Length ? "…" : "");
        return new SearchSnippet(
            head + shown + tail,
            [.. found.Where(mark => mark.Start >= start && mark.Start + mark.Length <= start + shown.Length).Select(mark => mark with { Start = mark.Start - start + head.Length })]);
    }

    private static List<SearchMark> Found(string line, SearchTerms terms)
    {
        var pieces = SearchTerms.Pieces(line).ToList();
        var marks = new List<SearchMark>();
        for (var at = 0; at < pieces.Count; at++)
        {
            if (terms.Wanted.Select(term => LengthAt(line, pieces, at, term)).Max() is > 0 and var length)
            {
                marks.Add(new SearchMark(pieces[at].Start, length));
                while (at + 1 < pieces.Count && pieces[at + 1].Start < pieces[at].Start + length)
                {
                    pieces.RemoveAt(at + 1); // within the phrase
                }
            }
        }

        return marks;
    }

    /// <summary>How much of the line is a term, from a word on; 0 where it is not.</summary>
    private static int LengthAt(string line, List<(int Start, int Length)> pieces, int at, SearchTerm term)
    {
        if (!term.IsPhrase)
        {
            return term.Words.Where(word => StartsWith(pieces[at], word)).Select(word => word.Length).DefaultIfEmpty().Max();
        }

        for (var index = 0; index < term.Words.Length; index++)
        {
            if (at + index >= pieces.Count || pieces[at + index].Length != term.Words[index].Length || !StartsWith(pieces[at + index], term.Words[index]))
            {
                return 0;
            }
        }

        var last = pieces[at + term.Words.Length - 1];
        return last.Start + last.Length - pieces[at].Start;

        bool StartsWith((int Start, int Length) piece, string word) =>
            piece.Length >= word.Length && line.AsSpan(piece.Start, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase);
    }
}
