using System.Buffers.Binary;

namespace Atelier.Protocol.WorkerLog;

/// <summary>Contents of a log's <c>synced</c> file: what a power failure cannot take.</summary>
/// <param name="Offset">Everything before this offset is on the disk.</param>
/// <param name="BootId">The kernel's boot id when that was written.</param>
public readonly record struct SyncedMark(long Offset, Guid BootId)
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 28;

    /// <summary>Writes the mark.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, Offset);
        BootId.TryWriteBytes(destination[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[24..], Checksum(destination));
    }

    /// <summary>Reads a mark; false when it is torn or false.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="mark">The mark read.</param>
    public static bool TryRead(ReadOnlySpan<byte> source, out SyncedMark mark)
    {
        mark = default;
        if (source.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(source[24..]) != Checksum(source))
        {
            return false;
        }

        mark = new SyncedMark(BinaryPrimitives.ReadInt64LittleEndian(source), new Guid(source[8..24], bigEndian: true));
        return mark.Offset >= 0;
    }

    private static uint Checksum(ReadOnlySpan<byte> mark) => Crc32C.End(Crc32C.Append(Crc32C.Start, mark[..24]));
}
