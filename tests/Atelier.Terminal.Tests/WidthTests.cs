using Atelier.Terminal.Cells;

namespace Atelier.Terminal.Tests;

public sealed class WidthTests(Oracle oracle) : IClassFixture<Oracle>
{
    [Fact]
    public void Every_character_is_as_wide_as_on_the_page()
    {
        using var terminal = oracle.Create(80, 24);
        var widths = oracle.Widths();
        var different = Enumerable.Range(0, 0x110000).Where(codePoint => widths[codePoint] - '0' != CharacterWidths.Of(codePoint));

        Assert.Empty(different.Select(codePoint => $"U+{codePoint:X4}"));
    }
}
