using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Atelier.Git.Diffs;

/// <summary>Reads what <c>git diff-tree</c> prints.</summary>
internal static partial class DiffText
{
    /// <summary>Reads <c>--raw --numstat -z</c>: first how each file changed, then how many lines.</summary>
    /// <remarks>
    /// Fields end with a zero byte. A rename has two names; its numbers have an empty name before them. What is not text has - for numbers.
    /// <code>
    /// :100644 100644 5d1c… 0a2b… M␀read me.txt␀:100644 100644 5d1c… 5d1c… R100␀old␀new␀3␉1␉read me.txt␀0␉0␉␀old␀new␀-␉-␉image.png␀
    /// </code>
    /// </remarks>
    public static List<FileDiff> ReadListing(string text)
    {
        var fields = text.Split('\0');
        var files = new List<FileDiff>();
        var at = 0;
        for (; at < fields.Length && fields[at].StartsWith(':'); at++)
        {
            var parts = fields[at][1..].Split(' ');
            var change = parts[4][0];
            var hasOldName = change is 'R' or 'C';
            var old = fields[++at];
            var name = hasOldName ? fields[++at] : old;
            files.Add(new FileDiff(
                name, change == 'R' ? old : null, ChangeOf(change), NullIfNone(parts[2]), NullIfNone(parts[3]), NullIfNone(parts[0]), NullIfNone(parts[1]), 0, 0));
        }

        for (var file = 0; at < fields.Length && file < files.Count; at++, file++)
        {
            var numbers = fields[at].Split('\t');
            if (numbers.Length < 3)
            {
                break;
            }

            at += numbers[2].Length == 0 ? 2 : 0;
            files[file] = files[file] with { Additions = Number(numbers[0]), Deletions = Number(numbers[1]) };
        }

        return files;
    }

    /// <summary>Reads <c>--patch-with-raw</c>: names first, each file's hunks after that, in the same order.</summary>
    /// <remarks>
    /// The first patch's name is the first raw line's; one of a file that is of another kind now (T) comes as two patches. Names with unusual letters are quoted.
    /// <code>
    /// :100644 120000 5d1c… 0a2b… T␉a link
    /// :100644 100644 5d1c… 0a2b… R90␉old.txt␉"new\tname.txt"
    ///
    /// diff --git a/a link b/a link
    /// deleted file mode 100644
    /// …
    /// @@ -1,2 +0,0 @@ heading
    /// -one
    /// \ No newline at end of file
    /// </code>
    /// </remarks>
    public static IEnumerable<(string Name, IReadOnlyList<DiffHunk> Hunks)> ReadPatches(string text, bool isCut)
    {
        var lines = text.Split('\n');
        var names = new List<string>();
        var at = 0;
        for (; at < lines.Length && lines[at].StartsWith(':'); at++)
        {
            var fields = lines[at].Split('\t');
            names.Add(Unquoted(fields[^1]));
            if (fields[0].EndsWith('T'))
            {
                names.Add(names[^1]);
            }
        }

        foreach (var name in names)
        {
            while (at < lines.Length && !lines[at].StartsWith("diff --git ", StringComparison.Ordinal))
            {
                at++;
            }

            at++;
            var hunks = new List<DiffHunk>();
            while (at < lines.Length && !lines[at].StartsWith("diff --git ", StringComparison.Ordinal))
            {
                if (HunkHead().Match(lines[at]) is { Success: true } head)
                {
                    at++;
                    hunks.Add(ReadHunk(head, lines, ref at));
                }
                else
                {
                    at++;
                }
            }

            if (isCut && at >= lines.Length)
            {
                yield break; // the last one is not whole
            }

            yield return (name, hunks);
        }
    }

    private static DiffHunk ReadHunk(Match head, string[] lines, ref int at)
    {
        var (oldLines, newLines) = (Count(head, "oldLines"), Count(head, "newLines"));
        var (oldLeft, newLeft) = (oldLines, newLines);
        var kept = new List<string>();
        while (at < lines.Length && (oldLeft > 0 || newLeft > 0 || lines[at].StartsWith('\\')))
        {
            var line = lines[at++];
            kept.Add(line);
            switch (line.Length == 0 ? ' ' : line[0])
            {
                case '+':
                    newLeft--;
                    break;
                case '-':
                    oldLeft--;
                    break;
                case ' ':
                    oldLeft--;
                    newLeft--;
                    break;
            }
        }

        return new DiffHunk(
            int.Parse(head.Groups["old"].ValueSpan, CultureInfo.InvariantCulture),
            oldLines,
            int.Parse(head.Groups["new"].ValueSpan, CultureInfo.InvariantCulture),
            newLines,
            head.Groups["heading"].Value,
            kept);
    }

    /// <summary>A name as git quotes it: <c>"tab\there \303\244"</c>.</summary>
    internal static string Unquoted(string name)
    {
        if (name.Length < 2 || name[0] != '"')
        {
            return name;
        }

        var bytes = new List<byte>();
        for (var at = 1; at < name.Length - 1; at++)
        {
            if (name[at] != '\\')
            {
                var length = char.IsHighSurrogate(name[at]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(name.Substring(at, length)));
                at += length - 1;
            }
            else if (name[++at] is >= '0' and <= '3')
            {
                bytes.Add((byte)(((name[at] - '0') << 6) | ((name[at + 1] - '0') << 3) | (name[at + 2] - '0')));
                at += 2;
            }
            else
            {
                bytes.Add((byte)(name[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', var other => other }));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static FileChange ChangeOf(char letter) => letter switch
    {
        'A' or 'C' => FileChange.Added,
        'D' => FileChange.Deleted,
        'R' => FileChange.Renamed,
        'T' => FileChange.TypeChanged,
        _ => FileChange.Modified,
    };

    private static string? NullIfNone(string value) => value.All(letter => letter == '0') ? null : value;

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int Count(Match head, string group) =>
        head.Groups[group] is { Success: true } found ? int.Parse(found.ValueSpan, CultureInfo.InvariantCulture) : 1;

    [GeneratedRegex(
        @"^@@ -(?<old>\d{1,9})(,(?<oldLines>\d{1,9}))? \+(?<new>\d{1,9})(,(?<newLines>\d{1,9}))? @@ ?(?<heading>.*)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex HunkHead();
}
