using System.Buffers.Binary;

namespace Atelier.Protocol.WorkerLog;

/// <summary>What an index record says happened.</summary>
public enum LogIndexKind : byte
{
    /// <summary>A process began; <see cref="LogIndexRecord.First"/> is the epoch's number.</summary>
    Epoch = 1,

    /// <summary>The terminal changed size; columns, then rows.</summary>
    Resize = 2,

    /// <summary>The process ended; exit code (-1 when a signal ended it), then signal number (0 for none).</summary>
    Exit = 3,
}

/// <summary>One 32-byte record of a worker log's index: something that happened between two output bytes.</summary>
/// <remarks>Format: docs/protocols/worker-log.md, WL4.</remarks>
/// <param name="Kind">What happened.</param>
/// <param name="Offset">Absolute offset in bytes before which it happened.</param>
/// <param name="UnixMilliseconds">When it happened.</param>
/// <param name="First">First value of the kind.</param>
/// <param name="Second">Second value of the kind.</param>
public readonly record struct LogIndexRecord(LogIndexKind Kind, long Offset, long UnixMilliseconds, int First, int Second)
{
    /// <summary>Length of an encoded record in bytes.</summary>
    public const int Size = 32;

    /// <summary>Writes the record.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        var record = destination[..Size];
        record.Clear();
        record[0] = (byte)Kind;
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], Offset);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], UnixMilliseconds);
        BinaryPrimitives.WriteInt32LittleEndian(record[24..], First);
        BinaryPrimitives.WriteInt32LittleEndian(record[28..], Second);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(record));
    }

    /// <summary>Reads a record; false when it is torn, false or of an unknown kind.</summary>
    /// <param name="source">At least <see cref="Size"/> bytes.</param>
    /// <param name="record">The record read.</param>
    public static bool TryRead(ReadOnlySpan<byte> source, out LogIndexRecord record)
    {
        record = default;
        if (source.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Checksum(source[..Size]))
        {
            return false;
        }

        record = new LogIndexRecord(
            (LogIndexKind)source[0],
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[28..]));
        return record.Kind is LogIndexKind.Epoch or LogIndexKind.Resize or LogIndexKind.Exit && record.Offset >= 0;
    }

    private static uint Checksum(ReadOnlySpan<byte> record) =>
        Crc32C.End(Crc32C.Append(Crc32C.Append(Crc32C.Start, record[..4]), record[8..Size]));
}
