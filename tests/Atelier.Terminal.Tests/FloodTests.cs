using System.Text;

namespace Atelier.Terminal.Tests;

public sealed class FloodTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "\e[?1049h")]
    [InlineData(2, "\e[31;44m\e(0")]
    [InlineData(3, "\e[?7l\e[4h")]
    [InlineData(4, "\e[5;10H\e7\e[20h")]
    [InlineData(5, "\e[3;9r")]
    [InlineData(6, "\e[?6h")]
    public void A_skipped_flood_leaves_the_same_screen_as_one_taken_byte_for_byte(int seed, string before)
    {
        var flood = Encoding.UTF8.GetBytes(before + Flood(new Random(seed), lines: 4000));
        var whole = new Screen(80, 24, scrollBackLines: 200);
        whole.Feed("some lines\r\nbefore it\r\n"u8);
        var pieces = new Screen(80, 24, scrollBackLines: 200);
        pieces.Feed("some lines\r\nbefore it\r\n"u8);

        whole.Feed(flood.AsSpan(0, before.Length));
        whole.Feed(flood.AsSpan(before.Length));
        foreach (var piece in flood.Chunk(1000))
        {
            pieces.Feed(piece);
        }

        Assert.Equal(pieces.Describe(1000), whole.Describe(1000));
        Assert.Equal(pieces.Offset, whole.Offset);
        Assert.Equal(pieces.SnapshotOffset, whole.SnapshotOffset);
        Assert.Equal(pieces.Snapshot(), whole.Snapshot());
    }

    [Fact]
    public void A_flood_with_a_control_in_its_end_is_taken_from_behind_its_lines()
    {
        var flood = Encoding.UTF8.GetBytes(Flood(new Random(1), 3000) + "\e[1;1H\e[2Jafter\xc2\x9b" + Flood(new Random(2), 30));
        var whole = new Screen(100, 30, scrollBackLines: 100);
        var pieces = new Screen(100, 30, scrollBackLines: 100);

        whole.Feed(flood);
        foreach (var piece in flood.Chunk(777))
        {
            pieces.Feed(piece);
        }

        Assert.Equal(pieces.Describe(1000), whole.Describe(1000));
    }

    private static string Flood(Random random, int lines)
    {
        var text = new StringBuilder();
        for (var line = 0; line < lines; line++)
        {
            text.Append(line).Append('\t').Append('x', random.Next(200));
            text.Append(random.Next(5) == 0 ? " 漢字 é 🎉" : "").Append(random.Next(9) == 0 ? "\roverwritten" : "").Append(random.Next(12) == 0 ? "\n" : "\r\n");
        }

        return text.ToString();
    }
}
