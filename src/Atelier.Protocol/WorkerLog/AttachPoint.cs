namespace Atelier.Protocol.WorkerLog;

/// <summary>Where a reader's stream starts: KL4, for keepers and for logs of ended workers alike.</summary>
/// <param name="Offset">Absolute offset of the first byte that will come.</param>
/// <param name="GapFrom">What was asked for, when that is not where bytes start; else null.</param>
/// <param name="Epoch">Epoch of the byte at <paramref name="Offset"/>; 0 when the log has none.</param>
/// <param name="Cols">Columns at that byte; 0 when nobody said.</param>
/// <param name="Rows">Rows at that byte; 0 when nobody said.</param>
/// <param name="NextRecord">Number of the first index record the reader is to hear of.</param>
public readonly record struct AttachPoint(long Offset, long? GapFrom, int Epoch, int Cols, int Rows, int NextRecord)
{
    /// <summary>Decides where the stream starts.</summary>
    /// <param name="records">The log's index.</param>
    /// <param name="oldest">Oldest kept offset.</param>
    /// <param name="end">End of the log.</param>
    /// <param name="from">Offset asked for; null for the oldest kept one.</param>
    /// <param name="epoch">Epoch the reader believes it to be in; null when it does not care.</param>
    public static AttachPoint Resolve(ReadOnlySpan<LogIndexRecord> records, long oldest, long end, long? from, int? epoch)
    {
        var named = -1;
        var offset = from ?? oldest;
        if (from is not null && epoch is not null)
        {
            named = RecordOf(records, epoch.Value);
            offset = named < 0 || from > end || from < records[named].Offset
                ? oldest
                : Math.Min(from.Value, EndOfEpoch(records, named, end));
        }

        if (offset > end || offset < oldest)
        {
            offset = oldest;
        }

        // A reader that is in the epoch already has heard of its beginning, and of all before it.
        var next = FirstAt(records, offset);
        if (named >= 0 && records[named].Offset == offset)
        {
            next = Math.Max(next, named + 1);
        }

        return InForce(records, offset) with
        {
            Offset = offset,
            GapFrom = from is null || from == offset ? null : from,
            NextRecord = next,
        };
    }

    /// <summary>The same place, for a reader that wants to hear of the current epoch's end but of nothing before.</summary>
    /// <param name="records">The log's index.</param>
    public AttachPoint ForProgress(ReadOnlySpan<LogIndexRecord> records)
    {
        var next = records.Length;
        while (next > 0 && records[next - 1].Kind != LogIndexKind.Epoch)
        {
            next--;
        }

        return this with { NextRecord = next };
    }

    private static int RecordOf(ReadOnlySpan<LogIndexRecord> records, int epoch)
    {
        for (var at = records.Length - 1; at >= 0; at--)
        {
            if (records[at].Kind == LogIndexKind.Epoch && records[at].First == epoch)
            {
                return at;
            }
        }

        return -1;
    }

    private static long EndOfEpoch(ReadOnlySpan<LogIndexRecord> records, int epochRecord, long end)
    {
        for (var at = epochRecord + 1; at < records.Length; at++)
        {
            if (records[at].Kind == LogIndexKind.Epoch)
            {
                return records[at].Offset;
            }
        }

        return end;
    }

    private static int FirstAt(ReadOnlySpan<LogIndexRecord> records, long offset)
    {
        var at = records.Length;
        while (at > 0 && records[at - 1].Offset >= offset)
        {
            at--;
        }

        return at;
    }

    private static AttachPoint InForce(ReadOnlySpan<LogIndexRecord> records, long offset)
    {
        var point = default(AttachPoint);
        foreach (ref readonly var record in records)
        {
            if (record.Offset > offset)
            {
                break;
            }

            point = record.Kind switch
            {
                LogIndexKind.Epoch => point with { Epoch = record.First },
                LogIndexKind.Resize => point with { Cols = record.First, Rows = record.Second },
                _ => point,
            };
        }

        return point;
    }
}
