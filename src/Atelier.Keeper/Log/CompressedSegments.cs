using System.IO.Compression;

namespace Atelier.Keeper.Log;

/// <summary>Reads segments that the daemon has compressed.</summary>
internal static class CompressedSegments
{
    private const int ChunkBytes = 64 << 10;

    /// <summary>Length of a compressed segment's bytes.</summary>
    public static long LengthOf(string path)
    {
        using var bytes = Open(path, skip: 0);
        return Skip(bytes, long.MaxValue);
    }

    /// <summary>Opens a compressed segment some bytes after its start.</summary>
    public static GZipStream Open(string path, long skip)
    {
        var bytes = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        Skip(bytes, skip);
        return bytes;
    }

    private static long Skip(GZipStream bytes, long count)
    {
        var chunk = new byte[ChunkBytes];
        var skipped = 0L;
        while (skipped < count && bytes.Read(chunk, 0, (int)Math.Min(chunk.Length, count - skipped)) is var length and > 0)
        {
            skipped += length;
        }

        return skipped;
    }
}
