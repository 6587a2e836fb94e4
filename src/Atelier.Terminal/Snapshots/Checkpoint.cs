using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Text;

namespace Atelier.Terminal.Snapshots;

/// <summary>A checkpoint that cannot be used, with the reason; the log is replayed instead.</summary>
public sealed class CheckpointException : Exception
{
    public CheckpointException()
    {
    }

    public CheckpointException(string message)
        : base(message)
    {
    }

    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A screen as bytes to lay beside its log, so that a restart does not replay the whole log.</summary>
/// <remarks>
/// Little-endian: "ATSC", version (2), columns (2), rows (2), scroll-back limit (2), offset (8), length of the text (4),
/// CRC-32C of all other bytes (4), then the snapshot's text in UTF-8, deflated. It is read by feeding the text to an empty
/// screen, so there is one description of the state, and a false one cannot do more than any program can.
/// </remarks>
public static class Checkpoint
{
    private const int HeaderSize = 28;
    private const int ChecksumAt = 24;
    private const ushort Version = 1;
    private const int MaximumTextBytes = 16 * 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "ATSC"u8;

    /// <summary>Writes the screen as it is at its <see cref="Screen.SnapshotOffset"/>.</summary>
    public static byte[] Write(Screen screen)
    {
        ArgumentNullException.ThrowIfNull(screen);
        var text = Encoding.UTF8.GetBytes(screen.Snapshot());
        using var stream = new MemoryStream();
        stream.SetLength(HeaderSize);
        stream.Position = HeaderSize;
        using (var deflate = new DeflateStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(text);
        }

        var checkpoint = stream.ToArray();
        Magic.CopyTo(checkpoint);
        BinaryPrimitives.WriteUInt16LittleEndian(checkpoint.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(checkpoint.AsSpan(6), (ushort)screen.Columns);
        BinaryPrimitives.WriteUInt16LittleEndian(checkpoint.AsSpan(8), (ushort)screen.Rows);
        BinaryPrimitives.WriteUInt16LittleEndian(checkpoint.AsSpan(10), (ushort)screen.ScrollBackLimit);
        BinaryPrimitives.WriteInt64LittleEndian(checkpoint.AsSpan(12), screen.SnapshotOffset);
        BinaryPrimitives.WriteInt32LittleEndian(checkpoint.AsSpan(20), text.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(checkpoint.AsSpan(ChecksumAt), ChecksumOf(checkpoint));
        return checkpoint;
    }

    /// <summary>The screen a checkpoint describes; it goes on with the log's bytes from its offset.</summary>
    /// <exception cref="CheckpointException">It is torn, false or of another version.</exception>
    public static Screen Read(ReadOnlySpan<byte> checkpoint)
    {
        if (checkpoint.Length < HeaderSize || !checkpoint.StartsWith(Magic))
        {
            throw new CheckpointException("This is not a screen checkpoint.");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(checkpoint[4..]);
        if (version != Version)
        {
            throw new CheckpointException($"The screen checkpoint has version {version}; this program reads version {Version}.");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(checkpoint[ChecksumAt..]) != ChecksumOf(checkpoint))
        {
            throw new CheckpointException("The screen checkpoint is damaged: its checksum does not match.");
        }

        var columns = BinaryPrimitives.ReadUInt16LittleEndian(checkpoint[6..]);
        var rows = BinaryPrimitives.ReadUInt16LittleEndian(checkpoint[8..]);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(checkpoint[12..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(checkpoint[20..]);
        if (ScreenLimits.Fit(columns, rows) != (columns, rows) || offset < 0 || length is < 0 or > MaximumTextBytes)
        {
            throw new CheckpointException($"The screen checkpoint is false: {columns}x{rows}, offset {offset}, {length} bytes.");
        }

        var screen = new Screen(columns, rows, BinaryPrimitives.ReadUInt16LittleEndian(checkpoint[10..]));
        screen.Feed(Inflate(checkpoint[HeaderSize..], length));
        screen.ContinueFrom(offset);
        return screen;
    }

    private static byte[] Inflate(ReadOnlySpan<byte> deflated, int length)
    {
        var text = new byte[length];
        try
        {
            using var source = new MemoryStream(deflated.ToArray());
            using var inflate = new DeflateStream(source, CompressionMode.Decompress);
            inflate.ReadExactly(text);
            return text;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new CheckpointException("The screen checkpoint is damaged: its text cannot be read.", exception);
        }
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> checkpoint)
    {
        var crc = uint.MaxValue;
        for (var at = 0; at < checkpoint.Length; at++)
        {
            if (at is < ChecksumAt or >= HeaderSize)
            {
                crc = BitOperations.Crc32C(crc, checkpoint[at]);
            }
        }

        return ~crc;
    }
}
