using System.Numerics;

namespace Atelier.Protocol.WorkerLog;

/// <summary>CRC-32C (Castagnoli), the checksum of the log's small files.</summary>
internal static class Crc32C
{
    public static uint Start => uint.MaxValue;

    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }

    public static uint End(uint crc) => ~crc;
}
