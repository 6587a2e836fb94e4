using Atelier.Cli.Commands.Workers;

namespace Atelier.Cli.Tests.Workers;

public sealed class OutputLinesTests
{
    private readonly OutputLines _lines = new();

    [Fact]
    public void Output_is_a_line_with_the_offset_of_its_first_byte() =>
        Assert.Equal("""{"offset":7,"data":"hi\r\n\u001B[0m"}""", _lines.Add(7, "hi\r\n\e[0m"u8));

    [Fact]
    public void What_is_no_text_is_told_in_base64() =>
        Assert.Equal("""{"offset":0,"dataBase64":"/0E="}""", _lines.Add(0, [0xff, (byte)'A']));

    [Fact]
    public void A_character_in_two_parts_is_told_with_the_second()
    {
        Assert.Equal("""{"offset":0,"data":"a"}""", _lines.Add(0, [(byte)'a', 0xc3]));
        Assert.Equal("""{"offset":1,"data":"\u00E9"}""", _lines.Add(2, [0xa9]));
    }

    [Fact]
    public void A_character_that_never_became_whole_is_told_at_the_end()
    {
        Assert.Null(_lines.Add(4, [0xe2, 0x82]));
        Assert.Equal("""{"offset":4,"dataBase64":"4oI="}""", _lines.End());
        Assert.Null(_lines.End());
    }
}
