using Atelier.Protocol.HostLink;

namespace Atelier.Server.Reviews.Comments;

/// <summary>Lines of a file as its diff shows them; pure.</summary>
internal static class QuotedLines
{
    /// <summary>The lines of one side between two numbers; what the diff does not show of them is left out.</summary>
    public static string Of(DiffFile file, CommentSide side, int first, int last, int most)
    {
        var quoted = new List<string>();
        foreach (var hunk in file.Hunks)
        {
            var (old, now) = (hunk.OldStart, hunk.NewStart);
            foreach (var line in hunk.Lines)
            {
                var mark = line.Length == 0 ? ' ' : line[0];
                var isOld = mark is ' ' or '-';
                var isNew = mark is ' ' or '+';
                var number = side == CommentSide.Old ? old : now;
                if ((side == CommentSide.Old ? isOld : isNew) && number >= first && number <= last && quoted.Count < most)
                {
                    quoted.Add(line.Length == 0 ? "" : line[1..]);
                }

                old += isOld ? 1 : 0;
                now += isNew ? 1 : 0;
            }
        }

        return string.Join('\n', quoted);
    }
}
