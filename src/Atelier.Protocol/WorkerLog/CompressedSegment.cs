using System.Buffers.Binary;

namespace Atelier.Protocol.WorkerLog;

/// <summary>A segment that the daemon has compressed.</summary>
public static class CompressedSegment
{
    /// <summary>How many bytes it holds when it is unpacked: a gzip file's last four bytes (RFC 1952, ISIZE); segments are far below 4 GiB.</summary>
    /// <param name="path">The file.</param>
    public static long LengthOf(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> length = stackalloc byte[sizeof(uint)];
        var at = RandomAccess.GetLength(file) - length.Length;
        return at >= 0 && RandomAccess.Read(file, length, at) == length.Length
            ? BinaryPrimitives.ReadUInt32LittleEndian(length)
            : throw new InvalidDataException($"{path} is no compressed segment.");
    }
}
