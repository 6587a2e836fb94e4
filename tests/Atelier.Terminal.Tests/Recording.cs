using System.IO.Compression;
using System.Text.Json;

namespace Atelier.Terminal.Tests;

/// <summary>What a real program wrote, and where its terminal changed size; see recordings/record.py.</summary>
internal sealed record Recording(string Name, int Columns, int Rows, (int Offset, int Columns, int Rows)[] Resizes, byte[] Output)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<Recording> All { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "tests/Atelier.Terminal.Tests/recordings"), "*.recording.gz").Order().Select(Load),
    ];

    /// <summary>Plays [from, to): bytes to one, changes of size to the other. A change at an offset comes before its bytes.</summary>
    public void Play(int from, int to, Action<byte[]> feed, Action<int, int> resize)
    {
        foreach (var change in Resizes.Where(change => change.Offset >= from && change.Offset < to))
        {
            feed(Output[from..change.Offset]);
            resize(change.Columns, change.Rows);
            from = change.Offset;
        }

        feed(Output[from..to]);
    }

    public (int Columns, int Rows) SizeBefore(int offset) =>
        Resizes.LastOrDefault(change => change.Offset < offset) is { Columns: > 0 } last ? (last.Columns, last.Rows) : (Columns, Rows);

    private static Recording Load(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        gzip.CopyTo(memory);
        var bytes = memory.ToArray();
        var end = Array.IndexOf(bytes, (byte)'\n');
        var header = JsonSerializer.Deserialize<Header>(bytes.AsSpan(0, end), s_json)!;
        return new Recording(
            header.Name, header.Columns, header.Rows, [.. header.Resizes.Select(change => (change[0], change[1], change[2]))], bytes[(end + 1)..]);
    }

    private sealed record Header(string Name, int Columns, int Rows, int[][] Resizes);
}
