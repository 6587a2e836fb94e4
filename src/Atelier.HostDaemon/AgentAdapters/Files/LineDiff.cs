namespace Atelier.HostDaemon.AgentAdapters.Files;

/// <summary>Lines of one text that another has in their place.</summary>
/// <param name="From">The first of them, from 0.</param>
/// <param name="To">The first after them.</param>
/// <param name="NewFrom">The first of what stands there instead, in the other text.</param>
/// <param name="NewTo">The first after that.</param>
internal readonly record struct LineChange(int From, int To, int NewFrom, int NewTo)
{
    /// <summary>Whether two changes of the same text cannot both be made, or not in an order that is clear.</summary>
    public bool Meets(LineChange other) =>
        From == To || other.From == other.To
            ? From <= other.To && other.From <= To
            : From < other.To && other.From < To;
}

/// <summary>What is different between two texts, by E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).</summary>
internal static class LineDiff
{
    /// <summary>Texts with more differences than this are taken to be different as a whole.</summary>
    private const int MostDifferences = 1_000;

    public static IReadOnlyList<LineChange> Between(string[] before, string[] after)
    {
        var start = 0;
        while (start < before.Length && start < after.Length && before[start] == after[start])
        {
            start++;
        }

        var (end, newEnd) = (before.Length, after.Length);
        while (end > start && newEnd > start && before[end - 1] == after[newEnd - 1])
        {
            end--;
            newEnd--;
        }

        if (start == end && start == newEnd)
        {
            return [];
        }

        return start == end || start == newEnd || Trace(before.AsSpan(start, end - start), after.AsSpan(start, newEnd - start)) is not { } trace
            ? [new LineChange(start, end, start, newEnd)]
            : Changes(trace, start, end - start, newEnd - start);
    }

    // The furthest place on each diagonal, for each number of differences; null when there are too many.
    private static List<int[]>? Trace(ReadOnlySpan<string> before, ReadOnlySpan<string> after)
    {
        var trace = new List<int[]>();
        var furthest = new int[(2 * MostDifferences) + 3];
        const int middle = MostDifferences + 1;
        for (var differences = 0; differences <= MostDifferences; differences++)
        {
            trace.Add(furthest[(middle - differences - 1)..(middle + differences + 2)]);
            for (var diagonal = -differences; diagonal <= differences; diagonal += 2)
            {
                var isInsertion = diagonal == -differences
                    || (diagonal != differences && furthest[middle + diagonal - 1] < furthest[middle + diagonal + 1]);
                var at = isInsertion ? furthest[middle + diagonal + 1] : furthest[middle + diagonal - 1] + 1;
                while (at < before.Length && at - diagonal < after.Length && before[at] == after[at - diagonal])
                {
                    at++;
                }

                furthest[middle + diagonal] = at;
                if (at >= before.Length && at - diagonal >= after.Length)
                {
                    return trace;
                }
            }
        }

        return null;
    }

    private static List<LineChange> Changes(List<int[]> trace, int offset, int length, int newLength)
    {
        var changes = new List<LineChange>();
        var (at, newAt) = (length, newLength);
        for (var differences = trace.Count - 1; differences > 0; differences--)
        {
            var furthest = trace[differences];
            var middle = differences + 1;
            var diagonal = at - newAt;
            var isInsertion = diagonal == -differences
                || (diagonal != differences && furthest[middle + diagonal - 1] < furthest[middle + diagonal + 1]);
            var from = isInsertion ? furthest[middle + diagonal + 1] : furthest[middle + diagonal - 1];
            var newFrom = from - (isInsertion ? diagonal + 1 : diagonal - 1);
            var change = new LineChange(offset + from, offset + from + (isInsertion ? 0 : 1), offset + newFrom, offset + newFrom + (isInsertion ? 1 : 0));
            if (changes is [.., var last] && last.From == change.To && last.NewFrom == change.NewTo)
            {
                changes[^1] = new LineChange(change.From, last.To, change.NewFrom, last.NewTo);
            }
            else
            {
                changes.Add(change);
            }

            (at, newAt) = (from, newFrom);
        }

        changes.Reverse();
        return changes;
    }
}
