using Atelier.Terminal.Cells.Generated;

namespace Atelier.Terminal.Cells;

/// <summary>How many columns a character takes: 0, 1 or 2, by Unicode 11.</summary>
/// <remarks>The page's terminal counts the same (xterm.js with its addon unicode11), or the two would drift apart.</remarks>
internal static class CharacterWidths
{
    private const int BlockSize = 256;

    private static readonly byte[] s_blockOf = new byte[0x110000 / BlockSize];
    private static readonly byte[] s_widths = Build();

    public static int Of(int codePoint) => codePoint < 0x7F
        ? codePoint < 0x20 ? 0 : 1
        : s_widths[(s_blockOf[codePoint >> 8] << 8) | (codePoint & 0xFF)];

    // Most blocks are alike, so only the different ones are kept.
    private static byte[] Build()
    {
        var all = new byte[0x110000];
        Array.Fill(all, (byte)1);
        all.AsSpan(0, 0x20).Clear();
        all.AsSpan(0x7F, 0xA0 - 0x7F).Clear();
        Fill(all, WidthRanges.Zero, 0);
        Fill(all, WidthRanges.Two, 2);

        var blocks = new List<byte[]>();
        for (var at = 0; at < s_blockOf.Length; at++)
        {
            var block = all[(at * BlockSize)..((at + 1) * BlockSize)];
            var same = blocks.FindIndex(known => known.AsSpan().SequenceEqual(block));
            if (same < 0)
            {
                same = blocks.Count;
                blocks.Add(block);
            }

            s_blockOf[at] = (byte)same;
        }

        return [.. blocks.SelectMany(block => block)];
    }

    private static void Fill(byte[] all, ReadOnlySpan<int> ranges, byte width)
    {
        for (var at = 0; at < ranges.Length; at += 2)
        {
            all.AsSpan(ranges[at], ranges[at + 1] - ranges[at] + 1).Fill(width);
        }
    }
}
