using System.IO.Compression;
using Atelier.Protocol.WorkerLog;

namespace Atelier.HostDaemon.Screens;

/// <summary>Reads a worker's log from any offset on, raw or compressed, while its keeper writes it and its upkeep drops from it.</summary>
/// <param name="folder">The log's folder.</param>
internal sealed class LogBytes(string folder) : IDisposable
{
    private Stream? _open;
    private long _start;
    private long _next;

    /// <summary>Oldest kept byte and the end of the log.</summary>
    public (long Oldest, long End) Bounds()
    {
        var segments = LogFiles.Segments(folder);
        return segments is [var first, .., var last]
            ? (first.Start, last.Start + last.DiskBytes)
            : segments is [var only] ? (only.Start, only.Start + only.DiskBytes) : (0, 0);
    }

    /// <summary>Reads what is there at an offset; 0 at the end of the log, and where bytes have been dropped.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        if (_open is null || offset != _next)
        {
            Seek(offset);
        }

        var read = _open?.Read(buffer) ?? 0;
        if (read == 0)
        {
            // The end of a segment, unless it is the last: the next one begins here.
            Seek(offset);
            read = _open?.Read(buffer) ?? 0;
        }

        _next = offset + read;
        return read;
    }

    public void Dispose()
    {
        _open?.Dispose();
        _open = null;
    }

    private void Seek(long offset)
    {
        Dispose();
        _next = offset;
        if (LogFiles.Segments(folder).LastOrDefault(segment => segment.Start <= offset) is not { } segment)
        {
            return;
        }

        try
        {
            _start = segment.Start;
            var file = new FileStream(
                segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            _open = segment.IsCompressed ? new GZipStream(file, CompressionMode.Decompress) : file;
            Skip(offset - _start);
        }
        catch (FileNotFoundException)
        {
            Dispose();   // compressed or dropped this moment; whoever asks again finds what there is now
        }
    }

    private void Skip(long bytes)
    {
        if (_open is FileStream file)
        {
            file.Position = bytes;
            return;
        }

        var nowhere = new byte[64 << 10];
        while (bytes > 0 && _open!.Read(nowhere, 0, (int)Math.Min(bytes, nowhere.Length)) is > 0 and var read)
        {
            bytes -= read;
        }
    }
}
