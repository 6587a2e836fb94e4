using System.IO.Compression;
using Atelier.Keeper.Native;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Log;

/// <summary>A segment opened for readers that lag behind; shared between those that are in it.</summary>
/// <remarks>
/// A compressed one is unpacked, a slice a turn, into a file that has no name any more, so that sending stays sendfile and a turn stays short.
/// </remarks>
internal sealed unsafe class SegmentView
{
    private const int SliceBytes = 256 << 10;

    private GZipStream? _packed;
    private long _unpacked;

    private SegmentView(long start, int fd, GZipStream? packed)
    {
        Start = start;
        Fd = fd;
        _packed = packed;
        IsCompressed = packed is not null;
    }

    public long Start { get; }

    public int Fd { get; }

    public bool IsCompressed { get; }

    /// <summary>Where the next segment starts; null while this one is written to.</summary>
    public long? SealedEnd { get; set; }

    /// <summary>Readers in it.</summary>
    public int Readers { get; set; }

    /// <summary>End of what has been unpacked.</summary>
    public long UnpackedEnd => Start + _unpacked;

    /// <summary>Opens the segment that starts there; null when it is not there any more.</summary>
    public static SegmentView? Open(string folder, long start)
    {
        var raw = Libc.Open(
            LogFiles.Segment(folder, start), Linux.ReadOnly | Linux.CloseOnExec, 0);
        if (raw >= 0)
        {
            return new SegmentView(start, raw, packed: null);
        }

        try
        {
            var packed = File.OpenRead(LogFiles.CompressedSegment(folder, start));
            return new SegmentView(start, Nameless(folder, start), new GZipStream(packed, CompressionMode.Decompress));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Unpacks the next slice.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is no gzip.</exception>
    public void Unpack()
    {
        if (_packed is null)
        {
            throw new InvalidDataException($"The compressed segment at {Start} is shorter than the log says.");
        }

        var slice = new byte[SliceBytes];
        var count = _packed.ReadAtLeast(slice, slice.Length, throwOnEndOfStream: false);
        fixed (byte* bytes = slice)
        {
            for (var done = 0; done < count;)
            {
                var written = Libc.WriteAt(Fd, bytes + done, count - done, _unpacked);
                if (written <= 0)
                {
                    throw new IOException("There is no room to unpack a segment.");
                }

                done += (int)written;
                _unpacked += written;
            }
        }

        if (count < slice.Length)
        {
            _packed.Dispose();
            _packed = null;
        }

    }

    public void Close()
    {
        _packed?.Dispose();
        _ = Libc.Close(Fd);
    }

    private static int Nameless(string folder, long start)
    {
        var path = Path.Combine(folder, $".{start}.unpacked");
        var fd = Libc.Open(path, Linux.ReadWrite | Linux.Create | Linux.CloseOnExec, 0b110_000_000);
        _ = Libc.Unlink(path);
        return fd >= 0 ? fd : Libc.CreateInMemory("segment", 1);
    }
}
