using System.Buffers.Binary;
using System.Numerics;
using Atelier.Protocol.Layout;

namespace Atelier.Keeper.Log;

/// <summary>The file that says up to where a power failure takes nothing: offset (8), boot id (16), checksum (4); little-endian.</summary>
internal static class SyncedMark
{
    private const int Size = 28;

    private static readonly Guid s_boot = Guid.Parse(ProcessIdentity.BootId);

    public static byte[] Encode(long offset)
    {
        var mark = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(mark, offset);
        s_boot.TryWriteBytes(mark.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(mark.AsSpan(24), Checksum(mark));
        return mark;
    }

    /// <summary>The synced offset, and whether the machine has been running since; null when the mark is missing or torn.</summary>
    public static (long Offset, bool IsSameBoot)? Read(string path)
    {
        var mark = File.Exists(path) ? File.ReadAllBytes(path) : [];
        return mark.Length == Size && BinaryPrimitives.ReadUInt32LittleEndian(mark.AsSpan(24)) == Checksum(mark)
            ? (BinaryPrimitives.ReadInt64LittleEndian(mark), new Guid(mark.AsSpan(8, 16)) == s_boot)
            : null;
    }

    private static uint Checksum(ReadOnlySpan<byte> mark)
    {
        var crc = uint.MaxValue;
        foreach (var value in mark[..24])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
