using System.Runtime.InteropServices;
using Atelier.Keeper.Native;
using Atelier.Keeper.Pty;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Log;

/// <summary>One output log, with its keeper as the only writer; see docs/protocols/worker-log.md.</summary>
/// <remarks>
/// Bytes are told of only after write(2) has taken them. The index is held in memory as well: readers are led by it. Compressing and dropping old segments
/// is the daemon's work; this class notices when a segment is gone.
/// </remarks>
internal sealed unsafe class KeeperLog : IDisposable
{
    private const int FileMode = 0x180; // 0600

    private readonly string _folder;
    private readonly long _segmentBytes;
    private readonly TimeProvider _time;
    private readonly List<LogIndexRecord> _records;
    private readonly Queue<LogIndexRecord> _unwritten = new();
    private readonly int _index;
    private readonly LogSyncer _syncer;
    private int _segment = -1;
    private long _segmentStart;

    private KeeperLog(string folder, long segmentBytes, TimeProvider time)
    {
        (_folder, _segmentBytes, _time) = (folder, segmentBytes, time);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        End = RecoverEnd(folder);
        var index = LogIndex.Read(folder);
        _records = [.. index.Records.TakeWhile(record => record.Offset <= End)];

        _index = Open(Path.Combine(folder, LogFiles.Index), LibC.ReadWrite | LibC.Append);
        if (LibC.Truncate(_index, (long)_records.Count * LogIndexRecord.Size) != 0)
        {
            throw Unusable(folder);
        }

        _syncer = new LogSyncer(Open(Path.Combine(folder, LogFiles.Synced), LibC.ReadWrite), _index);
    }

    /// <summary>End of the log: offset of the next byte.</summary>
    public long End { get; private set; }

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<LogIndexRecord> Records => _records;

    /// <summary>The index as readers see it.</summary>
    public LogIndex Index => new(_records, (long)_records.Count * LogIndexRecord.Size);

    /// <summary>Offset of the first byte of the segment being written.</summary>
    public long CurrentStart => _segmentStart;

    public static KeeperLog Open(string folder, long segmentBytes, TimeProvider time)
    {
        try
        {
            return new KeeperLog(folder, segmentBytes, time);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new KeeperProblemException("log-unusable", $"The log in {folder} cannot be written: {problem.Message}");
        }
    }

    /// <summary>Appends bytes; gives how many the disk has taken, fewer only when it is full.</summary>
    public int Append(byte* bytes, int count)
    {
        var written = 0;
        while (written < count && FlushIndex() && EnsureSegment())
        {
            var room = (int)Math.Min(count - written, _segmentBytes - (End - _segmentStart));
            var length = (int)LibC.WriteAgain(_segment, bytes + written, room);
            if (length <= 0)
            {
                break;
            }

            written += length;
            End += length;
            _syncer.Grown(_segment, End);
        }

        return written;
    }

    /// <summary>Records that something happened at the end of the log. When the disk is full it is written with the next bytes.</summary>
    public LogIndexRecord Record(LogIndexKind kind, int first, int second)
    {
        var record = new LogIndexRecord(kind, End, _time.GetUtcNow().ToUnixTimeMilliseconds(), first, second);
        _records.Add(record);
        _unwritten.Enqueue(record);
        _ = FlushIndex();
        return record;
    }

    /// <summary>Oldest byte that is still there.</summary>
    public long Oldest() => LogFiles.Segments(_folder) is [var first, ..] ? first.Start : End;

    /// <summary>The segment that holds an offset, and where it ends; null when it is gone.</summary>
    public (LogSegment Segment, long End)? SegmentOf(long offset)
    {
        var segments = LogFiles.Segments(_folder);
        for (var at = segments.Count - 1; at >= 0; at--)
        {
            if (segments[at].Start <= offset)
            {
                return (segments[at], at + 1 < segments.Count ? segments[at + 1].Start : End);
            }
        }

        return null;
    }

    public void Dispose()
    {
        _ = FlushIndex();
        _syncer.Dispose();
    }

    private bool FlushIndex()
    {
        var bytes = stackalloc byte[LogIndexRecord.Size];
        while (_unwritten.TryPeek(out var record))
        {
            record.Write(new Span<byte>(bytes, LogIndexRecord.Size));
            var length = LibC.WriteAgain(_index, bytes, LogIndexRecord.Size);
            if (length != LogIndexRecord.Size)
            {
                // A torn record would hide all that come after it.
                var whole = (long)(_records.Count - _unwritten.Count) * LogIndexRecord.Size;
                _ = LibC.Truncate(_index, whole);
                return false;
            }

            _unwritten.Dequeue();
        }

        return true;
    }

    private bool EnsureSegment()
    {
        if (_segment >= 0 && End - _segmentStart < _segmentBytes)
        {
            return true;
        }

        var next = LibC.Open(
            LogFiles.Segment(_folder, _segment >= 0 ? End : _segmentStart),
            LibC.ReadWrite | LibC.Create | LibC.Append | LibC.CloseOnExec,
            FileMode);
        if (next < 0)
        {
            return false;
        }

        if (_segment >= 0)
        {
            _syncer.Sealed(_segment);
            _segmentStart = End;
        }

        _segment = next;
        return true;
    }

    /// <summary>Finds the end of what is there, and after a reboot takes off the zeros a power failure may have left.</summary>
    private long RecoverEnd(string folder)
    {
        if (LogFiles.Segments(folder) is not [.., var last])
        {
            _segmentStart = LogIndex.Read(folder).Records is [.., var newest] ? newest.Offset : 0;
            return _segmentStart;
        }

        if (last.IsCompressed)
        {
            _segmentStart = last.Start + CompressedSegments.LengthOf(last.Path);
            return _segmentStart;
        }

        _segmentStart = last.Start;
        var end = last.Start + last.DiskBytes;
        return SyncedMark.Read(Path.Combine(folder, LogFiles.Synced)) is { IsSameBoot: false } mark
            ? DropZeros(last, Math.Max(mark.Offset, last.Start), end)
            : end;
    }

    private static long DropZeros(LogSegment segment, long synced, long end)
    {
        using var file = new FileStream(segment.Path, System.IO.FileMode.Open, FileAccess.ReadWrite);
        while (end > synced)
        {
            file.Position = end - segment.Start - 1;
            if (file.ReadByte() != 0)
            {
                break;
            }

            end--;
        }

        file.SetLength(end - segment.Start);
        return end;
    }

    private static int Open(string path, int flags)
    {
        var descriptor = LibC.Open(path, flags | LibC.Create | LibC.CloseOnExec, FileMode);
        return descriptor >= 0 ? descriptor : throw Unusable(path);
    }

    private static KeeperProblemException Unusable(string path) => new(
        "log-unusable",
        $"The log at {path} cannot be written: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
}
