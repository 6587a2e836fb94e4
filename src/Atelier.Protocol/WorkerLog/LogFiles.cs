using System.Globalization;

namespace Atelier.Protocol.WorkerLog;

/// <summary>One segment file of a worker log.</summary>
/// <param name="Start">Absolute offset of its first byte.</param>
/// <param name="Path">The file.</param>
/// <param name="IsCompressed">Whether it is gzip.</param>
/// <param name="DiskBytes">Its size as it lies on disk.</param>
public sealed record LogSegment(long Start, string Path, bool IsCompressed, long DiskBytes);

/// <summary>Names of a worker log's files; see docs/protocols/worker-log.md.</summary>
public static class LogFiles
{
    /// <summary>Folder of a terminal's output or a protocol program's standard output, within the worker's folder.</summary>
    public const string OutputFolder = "output";

    /// <summary>Folder of a protocol program's standard error, within the worker's folder.</summary>
    public const string ErrorFolder = "error";

    /// <summary>Who holds the worker, within the worker's folder.</summary>
    public const string KeeperRecord = "keeper.json";

    /// <summary>What a keeper has to say about its own work, within the worker's folder.</summary>
    public const string KeeperLog = "keeper.log";

    /// <summary>The index, within a log's folder.</summary>
    public const string Index = "index";

    /// <summary>Locked (flock) by the keeper that writes the log, within a log's folder.</summary>
    public const string Lock = "lock";

    /// <summary>The synced mark, within a log's folder.</summary>
    public const string Synced = "synced";

    private const string Raw = ".log";
    private const string Compressed = ".log.gz";
    private const int NameDigits = 20;

    /// <summary>Path of a raw segment.</summary>
    /// <param name="folder">The log's folder.</param>
    /// <param name="start">Absolute offset of its first byte.</param>
    public static string Segment(string folder, long start) =>
        Path.Combine(folder, start.ToString("D20", CultureInfo.InvariantCulture) + Raw);

    /// <summary>Path of a compressed segment.</summary>
    /// <param name="folder">The log's folder.</param>
    /// <param name="start">Absolute offset of its first byte.</param>
    public static string CompressedSegment(string folder, long start) =>
        Path.Combine(folder, start.ToString("D20", CultureInfo.InvariantCulture) + Compressed);

    /// <summary>Segments of a log, oldest first; a segment that is there in both forms is listed raw.</summary>
    /// <param name="folder">The log's folder; a missing one has none.</param>
    public static IReadOnlyList<LogSegment> Segments(string folder)
    {
        var found = new List<LogSegment>();
        if (!Directory.Exists(folder))
        {
            return [];
        }

        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            var isCompressed = file.Name.EndsWith(Compressed, StringComparison.Ordinal);
            if (!(isCompressed || file.Name.EndsWith(Raw, StringComparison.Ordinal))
                || !long.TryParse(file.Name.AsSpan(0, Math.Min(NameDigits, file.Name.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var start))
            {
                continue;
            }

            found.Add(new LogSegment(start, file.FullName, isCompressed, SizeOf(file)));
        }

        found.Sort(static (one, other) =>
            one.Start != other.Start ? one.Start.CompareTo(other.Start) : one.IsCompressed.CompareTo(other.IsCompressed));
        for (var at = found.Count - 1; at > 0; at--)
        {
            if (found[at].Start == found[at - 1].Start)
            {
                found.RemoveAt(at);
            }
        }

        return found;
    }

    /// <summary>The log may be compressed or dropped while it is listed: a file that is gone has no size.</summary>
    private static long SizeOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
