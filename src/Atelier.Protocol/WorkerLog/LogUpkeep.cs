using System.IO.Compression;

namespace Atelier.Protocol.WorkerLog;

/// <summary>The daemon's work on terminals' logs (WL7): old segments are compressed, the oldest dropped. Safe beside a keeper and readers.</summary>
/// <remarks>
/// The segment a keeper writes to is the last one, and that is never touched. A segment is there raw, compressed, or for a moment both; who
/// has it open goes on reading it. Killed at any moment, this leaves a whole log and perhaps a <c>.tmp</c> file, which the next round removes.
/// </remarks>
public static class LogUpkeep
{
    private const string Unfinished = ".tmp";

    /// <summary>Compresses every sealed segment; how many there were.</summary>
    /// <param name="folder">The log's folder.</param>
    /// <param name="cancellationToken">Stops between two pieces of work.</param>
    /// <exception cref="IOException">The disk does not take it; the segment stays raw.</exception>
    public static async Task<int> CompressAsync(string folder, CancellationToken cancellationToken)
    {
        RemoveUnfinished(folder);
        var segments = LogFiles.Segments(folder);
        var compressed = 0;
        for (var at = 0; at + 1 < segments.Count; at++)
        {
            var packed = LogFiles.CompressedSegment(folder, segments[at].Start);
            if (segments[at].IsCompressed)
            {
                continue;
            }

            if (!File.Exists(packed))
            {
                await PackAsync(segments[at].Path, packed, cancellationToken);
                compressed++;
            }

            File.Delete(segments[at].Path);
        }

        return compressed;
    }

    /// <summary>Drops the oldest segments until the log's files are within a bound; how many bytes of disk that freed.</summary>
    /// <param name="folder">The log's folder.</param>
    /// <param name="limitBytes">The bound, as files lie on the disk. The last segment stays even beyond it.</param>
    public static long DropBeyond(string folder, long limitBytes)
    {
        var segments = LogFiles.Segments(folder);
        var total = segments.Sum(segment => segment.DiskBytes);
        var freed = 0L;
        for (var at = 0; at + 1 < segments.Count && total - freed > limitBytes; at++)
        {
            // Both forms, or the other one would stand where nothing is any more.
            File.Delete(LogFiles.Segment(folder, segments[at].Start));
            File.Delete(LogFiles.CompressedSegment(folder, segments[at].Start));
            freed += segments[at].DiskBytes;
        }

        return freed;
    }

    private static void RemoveUnfinished(string folder)
    {
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.log.gz" + Unfinished) : [])
        {
            File.Delete(path);
        }
    }

    private static async Task PackAsync(string raw, string packed, CancellationToken cancellationToken)
    {
        var unfinished = packed + Unfinished;
        try
        {
            await using (var from = new FileStream(raw, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            await using (var to = new FileStream(
                unfinished,
                new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }))
            {
                await using (var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true))
                {
                    await from.CopyToAsync(gzip, cancellationToken);
                }

                to.Flush(flushToDisk: true);
            }

            File.Move(unfinished, packed, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
