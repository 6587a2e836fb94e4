using Atelier.Keeper.Launch;
using Atelier.Keeper.Native;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Log;

/// <summary>What a log holds when a new keeper opens it.</summary>
/// <param name="End">End of the kept bytes.</param>
/// <param name="Records">The index, without a torn tail.</param>
/// <param name="Appendable">Start of the raw last segment; null when there is none to go on with.</param>
/// <param name="IsMarked">Whether the synced mark is of this boot, and so still true.</param>
internal sealed record RecoveredLog(long End, LogIndexRecord[] Records, long? Appendable, bool IsMarked);

/// <summary>Makes a log whole again after whatever ended its last keeper: a kill, a full disk, or the machine's power (WL4 to WL6).</summary>
internal static unsafe class LogRecovery
{
    private const int Block = 64 << 10;

    public static RecoveredLog Recover(string folder, Guid bootId)
    {
        var records = LogIndex.ReadRecords(folder);
        var segments = LogFiles.Segments(folder);
        var end = records.Length > 0 ? records[^1].Offset : 0;
        long? last = null;
        for (var at = 0; at < segments.Count; at++)
        {
            if (at > 0 && segments[at].Start != end)
            {
                // Bytes are missing before this segment, so its own have no place in the order any more.
                SetAside(segments, at);
                break;
            }

            end = segments[at].Start + LengthOf(segments[at]);
            last = segments[at].IsCompressed ? null : segments[at].Start;
        }

        var path = Path.Combine(folder, LogFiles.Synced);
        var isMarked = SyncedMark.TryRead(File.Exists(path) ? File.ReadAllBytes(path) : [], out var mark) && mark.BootId == bootId;
        if (last is not null && !isMarked)
        {
            end = CutZeros(LogFiles.Segment(folder, last.Value), last.Value, end, mark.Offset);
        }

        var kept = records.Length;
        while (kept > 0 && records[kept - 1].Offset > end)
        {
            kept--;
        }

        return new RecoveredLog(end, records[..kept], last, isMarked);
    }

    private static long LengthOf(LogSegment segment) =>
        segment.IsCompressed ? CompressedSegment.LengthOf(segment.Path) : segment.DiskBytes;

    private static void SetAside(IReadOnlyList<LogSegment> segments, int at)
    {
        for (; at < segments.Count; at++)
        {
            var path = segments[at].Path;
            KeeperLog.Write($"{path} is set aside: bytes before it are missing.");
            File.Move(path, path + ".lost", overwrite: true);
        }
    }

    private static long CutZeros(string path, long start, long end, long synced)
    {
        var fd = Libc.Open(path, Linux.ReadWrite | Linux.CloseOnExec, 0);
        if (fd < 0)
        {
            throw LaunchException.Log($"{path} cannot be opened", Libc.Error);
        }

        var buffer = new byte[Block];
        var keep = end;
        fixed (byte* bytes = buffer)
        {
            while (keep > start && keep > synced)
            {
                var from = Math.Max(Math.Max(start, synced), keep - Block);
                var count = (int)Libc.ReadAt(fd, bytes, (nint)(keep - from), from - start);
                var kept = buffer.AsSpan(0, Math.Max(0, count)).LastIndexOfAnyExcept((byte)0) + 1;
                keep = from + kept;
                if (kept > 0 || count <= 0)
                {
                    break;
                }
            }
        }

        if (keep < end && Libc.Truncate(fd, keep - start) == 0)
        {
            KeeperLog.Write($"{end - keep} zero bytes at the end of {path} are cut off: the machine lost power before it had written them.");
        }

        _ = Libc.Close(fd);
        return keep;
    }
}
