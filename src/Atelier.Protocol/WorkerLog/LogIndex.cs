namespace Atelier.Protocol.WorkerLog;

/// <summary>What happened in a log, in order: epochs, sizes, exits.</summary>
/// <param name="Records">The good records; a torn end is left out.</param>
/// <param name="GoodBytes">Length of the part of the file that they fill.</param>
public sealed record LogIndex(IReadOnlyList<LogIndexRecord> Records, long GoodBytes)
{
    /// <summary>Number of the last epoch; 0 when none has begun.</summary>
    public int LastEpoch => LastOf(LogIndexKind.Epoch)?.First ?? 0;

    /// <summary>The exit of the last epoch; null while it runs, or when nobody recorded it.</summary>
    public LogIndexRecord? LastExit =>
        LastOf(LogIndexKind.Epoch, LogIndexKind.Exit) is { Kind: LogIndexKind.Exit } exit ? exit : null;

    /// <summary>Reads a log's index.</summary>
    /// <param name="folder">The log's folder; a missing index is empty.</param>
    public static LogIndex Read(string folder)
    {
        var path = Path.Combine(folder, LogFiles.Index);
        var bytes = File.Exists(path) ? ReadShared(path) : [];
        var records = new List<LogIndexRecord>(bytes.Length / LogIndexRecord.Size);
        var at = 0;
        while (LogIndexRecord.TryRead(bytes.AsSpan(at), out var record))
        {
            records.Add(record);
            at += LogIndexRecord.Size;
        }

        return new LogIndex(records, at);
    }

    /// <summary>The epoch of an offset: the last that began at or before it; 0 before the first.</summary>
    /// <param name="offset">Absolute offset in bytes.</param>
    public int EpochAt(long offset) => LastBefore(offset, LogIndexKind.Epoch)?.First ?? 0;

    /// <summary>The terminal's size at an offset; zeros for pipes.</summary>
    /// <param name="offset">Absolute offset in bytes.</param>
    public (int Cols, int Rows) SizeAt(long offset) =>
        LastBefore(offset, LogIndexKind.Resize) is { } size ? (size.First, size.Second) : (0, 0);

    /// <summary>Where an epoch ended: where the next began; null for the last one, and for one that never was.</summary>
    /// <param name="epoch">Its number.</param>
    public long? EndOf(int epoch)
    {
        for (var at = 0; at < Records.Count; at++)
        {
            if (Records[at].Kind == LogIndexKind.Epoch && Records[at].First > epoch)
            {
                return Has(epoch) ? Records[at].Offset : null;
            }
        }

        return null;
    }

    /// <summary>Whether an epoch ever began.</summary>
    /// <param name="epoch">Its number.</param>
    public bool Has(int epoch) => Records.Any(record => record.Kind == LogIndexKind.Epoch && record.First == epoch);

    /// <summary>Where a reader starts, by rule KL4.</summary>
    /// <param name="from">What it asks for; null for the oldest kept byte.</param>
    /// <param name="epoch">The epoch it believes that to be in; null when it does not care.</param>
    /// <param name="oldest">Oldest kept byte.</param>
    /// <param name="end">End of the log.</param>
    public long StartFor(long? from, int? epoch, long oldest, long end) => (from, epoch) switch
    {
        (null, _) => oldest,
        ({ } asked, _) when asked < oldest || asked > end => oldest,
        (_, { } known) when !Has(known) => oldest,
        ({ } asked, { } known) when EndOf(known) is { } stop && asked > stop => Math.Max(oldest, stop),
        ({ } asked, _) => asked,
    };

    private LogIndexRecord? LastBefore(long offset, LogIndexKind kind)
    {
        for (var at = Records.Count - 1; at >= 0; at--)
        {
            if (Records[at].Kind == kind && Records[at].Offset <= offset)
            {
                return Records[at];
            }
        }

        return null;
    }

    private LogIndexRecord? LastOf(params ReadOnlySpan<LogIndexKind> kinds)
    {
        for (var at = Records.Count - 1; at >= 0; at--)
        {
            if (kinds.Contains(Records[at].Kind))
            {
                return Records[at];
            }
        }

        return null;
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
