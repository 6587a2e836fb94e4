using System.IO.Compression;
using Atelier.Keeper.Log;
using Atelier.Keeper.Native;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Socket;

/// <summary>Where one reader is in a log, and the segment file it reads there.</summary>
internal sealed class LogCursor(KeeperLog log, long offset, int nextRecord) : IDisposable
{
    private int _nextRecord = nextRecord;
    private LogSegment? _segment;
    private long _end;
    private GZipStream? _compressed;
    private long _compressedAt;

    public KeeperLog Log { get; } = log;

    /// <summary>Offset of the next byte for the reader.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Descriptor of the segment file that is open; -1 when it is compressed, or none is.</summary>
    public int Descriptor { get; private set; } = -1;

    /// <summary>Offset of that file's first byte.</summary>
    public long FileStart => _segment?.Start ?? 0;

    /// <summary>The next thing that happened at or before the reader's place; null when bytes come first.</summary>
    public LogIndexRecord? RecordHere =>
        _nextRecord < Log.Records.Count && Log.Records[_nextRecord].Offset <= Offset ? Log.Records[_nextRecord] : null;

    /// <summary>Bytes that lie before the next record and the end of the log.</summary>
    public long Ahead => (_nextRecord < Log.Records.Count ? Math.Min(Log.Records[_nextRecord].Offset, Log.End) : Log.End) - Offset;

    public void PassRecord() => _nextRecord++;

    public void Advance(long count) => Offset += count;

    /// <summary>Opens the segment that holds an offset; gives how many bytes of it can be read from there, 0 when it is gone.</summary>
    public long Open(long at)
    {
        if (_segment is { } open && at >= open.Start && at < FileEnd && (Descriptor >= 0 || at == _compressedAt))
        {
            return FileEnd - at;
        }

        Dispose();
        if (Log.SegmentOf(at) is not { } found || at >= found.End)
        {
            return 0;
        }

        if (found.Segment.IsCompressed)
        {
            _compressed = CompressedSegments.Open(found.Segment.Path, at - found.Segment.Start);
            _compressedAt = at;
        }
        else
        {
            Descriptor = LibC.Open(found.Segment.Path, LibC.ReadOnly | LibC.CloseOnExec, mode: 0);
            if (Descriptor < 0)
            {
                return 0; // compressed or dropped this instant: the next attempt sees which
            }
        }

        (_segment, _end) = found;
        return FileEnd - at;
    }

    /// <summary>Reads bytes of a compressed segment.</summary>
    public int ReadCompressed(Span<byte> bytes)
    {
        var length = _compressed?.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) ?? 0;
        _compressedAt += length;
        return length;
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = LibC.Close(Descriptor);
        }

        _compressed?.Dispose();
        (Descriptor, _compressed, _segment) = (-1, null, null);
    }

    /// <summary>The segment being written goes on growing after it was opened.</summary>
    private long FileEnd => FileStart == Log.CurrentStart ? Log.End : _end;
}
