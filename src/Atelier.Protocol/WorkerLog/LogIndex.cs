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
        var records = ReadRecords(folder);
        return new LogIndex(records, (long)records.Length * LogIndexRecord.Size);
    }

    /// <summary>Reads the good records of a log's index, and nothing around them: a keeper must be small.</summary>
    /// <param name="folder">The log's folder; a missing index is empty.</param>
    public static LogIndexRecord[] ReadRecords(string folder)
    {
        var path = Path.Combine(folder, LogFiles.Index);
        var bytes = File.Exists(path) ? ReadShared(path) : [];
        var count = 0;
        while (LogIndexRecord.TryRead(bytes.AsSpan(count * LogIndexRecord.Size), out _))
        {
            count++;
        }

        var records = new LogIndexRecord[count];
        for (var at = 0; at < count; at++)
        {
            _ = LogIndexRecord.TryRead(bytes.AsSpan(at * LogIndexRecord.Size), out records[at]);
        }

        return records;
    }

    /// <summary>The epoch of an offset: the last that began at or before it; 0 before the first.</summary>
    /// <param name="offset">Absolute offset in bytes.</param>
    public int EpochAt(long offset) => LastBefore(offset, LogIndexKind.Epoch)?.First ?? 0;

    /// <summary>The terminal's size at an offset; zeros for pipes.</summary>
    /// <param name="offset">Absolute offset in bytes.</param>
    public (int Cols, int Rows) SizeAt(long offset) =>
        LastBefore(offset, LogIndexKind.Resize) is { } size ? (size.First, size.Second) : (0, 0);

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
