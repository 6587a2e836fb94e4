using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Atelier.Protocol.WorkerLog;

/// <summary>Reads one log of a worker from its folder, whether a keeper still writes to it or not.</summary>
/// <remarks>
/// Reads what is there now; a log that grows is read on by calling again. Compressed segments are unpacked as they are read, so reading
/// forwards is cheap and jumping back is not. Segments may be compressed or dropped meanwhile: one that is open stays readable, and a byte
/// that is gone is said to be gone. For one caller at a time.
/// </remarks>
/// <param name="folder">The log's folder, <c>output</c> or <c>error</c> of a worker's.</param>
public sealed class WorkerLogReader(string folder) : IDisposable
{
    private IReadOnlyList<LogSegment> _segments = LogFiles.Segments(folder);
    private LogSegment? _open;
    private SafeFileHandle? _raw;
    private GZipStream? _packed;
    private long _unpackedTo;

    /// <summary>Offset of the oldest kept byte; the end of a log without bytes.</summary>
    public long Oldest => _segments is [var first, ..] ? first.Start : IndexEnd;

    /// <summary>End of the log when it was last looked at.</summary>
    public long End { get; private set; } = EndOf(folder, LogFiles.Segments(folder));

    private long IndexEnd => LogIndex.Read(folder).Records is [.., var last] ? last.Offset : 0;

    /// <summary>The index as it is now.</summary>
    public LogIndex ReadIndex() => LogIndex.Read(folder);

    /// <summary>The records of the index as they are now.</summary>
    public LogIndexRecord[] ReadRecords() => LogIndex.ReadRecords(folder);

    /// <summary>Looks again which segments there are and where the log ends.</summary>
    public void Refresh()
    {
        _segments = LogFiles.Segments(folder);
        End = EndOf(folder, _segments);
    }

    /// <summary>Reads bytes from an offset on; 0 at the end of the log.</summary>
    /// <param name="offset">Absolute offset of the first byte wanted.</param>
    /// <param name="destination">Where they go; it may not be filled even when there are more.</param>
    /// <exception cref="DroppedBytesException">They are not kept any more.</exception>
    public int Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (_open is { } open && IsIn(open, offset) && ReadOpen(offset, destination) is var count and > 0)
        {
            return count;
        }

        Refresh();
        if (offset >= End || destination.IsEmpty)
        {
            return 0;
        }

        return TryOpen(offset) ? ReadOpen(offset, destination) : throw new DroppedBytesException(offset, Oldest);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _raw?.Dispose();
        _packed?.Dispose();
        (_open, _raw, _packed) = (null, null, null);
    }

    private static long EndOf(string folder, IReadOnlyList<LogSegment> segments) => segments is [.., var last]
        ? last.Start + (last.IsCompressed ? CompressedSegment.LengthOf(last.Path) : last.DiskBytes)
        : LogIndex.Read(folder).Records is [.., var record] ? record.Offset : 0;

    /// <summary>Segments touch: a byte belongs to the last one that starts at or before it.</summary>
    private bool IsIn(LogSegment segment, long offset)
    {
        if (offset < segment.Start)
        {
            return false;
        }

        foreach (var other in _segments)
        {
            if (other.Start > segment.Start)
            {
                return offset < other.Start;
            }
        }

        return true;
    }

    private bool TryOpen(long offset)
    {
        Dispose();
        for (var at = _segments.Count - 1; at >= 0; at--)
        {
            if (_segments[at].Start <= offset)
            {
                return TryOpen(_segments[at]);
            }
        }

        return false;
    }

    private bool TryOpen(LogSegment segment)
    {
        try
        {
            if (segment.IsCompressed)
            {
                Unpack(segment);
            }
            else
            {
                _raw = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
        }
        catch (FileNotFoundException) when (!segment.IsCompressed)
        {
            // It was compressed, or dropped, this instant.
            return TryOpen(segment with { IsCompressed = true, Path = LogFiles.CompressedSegment(folder, segment.Start) });
        }
        catch (FileNotFoundException)
        {
            Refresh();
            return false;
        }

        _open = segment;
        return true;
    }

    private void Unpack(LogSegment segment)
    {
        var file = new FileStream(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _packed = new GZipStream(file, CompressionMode.Decompress);
        _unpackedTo = segment.Start;
    }

    private int ReadOpen(long offset, Span<byte> destination)
    {
        if (_raw is not null)
        {
            return RandomAccess.Read(_raw, destination, offset - _open!.Start);
        }

        if (offset < _unpackedTo)
        {
            // Gzip goes forwards only.
            var segment = _open!;
            Dispose();
            if (!TryOpen(segment))
            {
                return 0;
            }
        }

        var skip = new byte[Math.Min(offset - _unpackedTo, 64 << 10)];
        while (_unpackedTo < offset)
        {
            var skipped = _packed!.Read(skip.AsSpan(0, (int)Math.Min(skip.Length, offset - _unpackedTo)));
            if (skipped == 0)
            {
                return 0;
            }

            _unpackedTo += skipped;
        }

        var count = _packed!.Read(destination);
        _unpackedTo += count;
        return count;
    }
}
