using System.Text;

namespace Atelier.HostDaemon.AgentAdapters.Files;

/// <summary>What came of two changes of one text.</summary>
/// <param name="Text">The text with both; null when they do not go together.</param>
/// <param name="Differs">Where they do not, in words.</param>
internal sealed record TextMerge(string? Text, string Differs)
{
    private const int MostShown = 400;

    /// <summary>Makes two changes of one text.</summary>
    /// <param name="before">What both are changes of.</param>
    /// <param name="theirs">One of them: what is there.</param>
    /// <param name="ours">The other.</param>
    public static TextMerge Of(string before, string theirs, string ours)
    {
        var (lines, theirLines, ourLines) = (TextLines.Of(before), TextLines.Of(theirs), TextLines.Of(ours));
        var theirChanges = LineDiff.Between(lines, theirLines);
        var ourChanges = LineDiff.Between(lines, ourLines)
            .Where(our => !theirChanges.Any(their => IsSame(our, ourLines, their, theirLines))).ToList();
        if (theirChanges.Where(their => ourChanges.Exists(our => our.Meets(their))).ToList() is [_, ..] clashes)
        {
            return new TextMerge(Text: null, string.Join(' ', clashes.Select(clash => Describe(clash, theirLines))));
        }

        var text = new StringBuilder();
        var at = 0;
        foreach (var (change, source) in theirChanges.Select(change => (change, theirLines)).Concat(ourChanges.Select(change => (change, ourLines)))
            .OrderBy(one => one.change.From).ThenBy(one => one.change.To))
        {
            text.AppendJoin("", lines[at..change.From]).AppendJoin("", source[change.NewFrom..change.NewTo]);
            at = change.To;
        }

        return new TextMerge(text.AppendJoin("", lines[at..]).ToString(), "");
    }

    private static bool IsSame(LineChange our, string[] ourLines, LineChange their, string[] theirLines) =>
        our.From == their.From && our.To == their.To
        && ourLines.AsSpan(our.NewFrom, our.NewTo - our.NewFrom).SequenceEqual(theirLines.AsSpan(their.NewFrom, their.NewTo - their.NewFrom));

    private static string Describe(LineChange change, string[] now)
    {
        var were = change.From == change.To ? $"after line {change.From}"
            : change.To - change.From == 1 ? $"line {change.From + 1}"
            : $"lines {change.From + 1} to {change.To}";
        var text = string.Concat(now[change.NewFrom..change.NewTo]);
        return text.Length == 0 ? $"{were} was taken out."
            : $"{were} now reads {(text.Length > MostShown ? text[..MostShown] + "…" : text).TrimEnd('\r', '\n')} .";
    }
}
