using Atelier.HostDaemon.AgentAdapters.Terminals;

namespace Atelier.HostDaemon.Tests.AgentAdapters.Terminals;

public sealed class PlainOutputTests
{
    [Theory]
    [InlineData("plain\r\ntext\r\n", "plain\ntext\n")]
    [InlineData("\e[31mred\e[0m\e[K", "red")]
    [InlineData("\e]0;title\adone", "done")]
    [InlineData("\e]8;;http://x\e\\link\e]8;;\e\\", "link")]
    [InlineData("10 %\r20 %\r100 %\r\n", "100 %\n")]
    [InlineData("kept\r\r\n", "kept\n")]
    [InlineData("ab\b \bc", "ac")]
    [InlineData("\b\bx", "x")]
    [InlineData("\e(Bx\e=y\a\0", "xy")]
    [InlineData("tab\there", "tab\there")]
    [InlineData("cut\e[3", "cut")]
    [InlineData("cut\e", "cut")]
    [InlineData("Grüße 🙂", "Grüße 🙂")]
    [Trait("rule", "AL18")]
    public void What_moves_the_cursor_says_nothing_in_a_text(string output, string expected) => Assert.Equal(expected, PlainOutput.Of(output));

    [Theory]
    [InlineData("abcdef", 3, "def")]
    [InlineData("abc", 10, "abc")]
    [InlineData("aé", 2, "é")]
    [InlineData("aé", 1, "")]
    [InlineData("x🙂y", 5, "🙂y")]
    [InlineData("x🙂y", 4, "y")]
    [InlineData("abc", 0, "")]
    [Trait("rule", "AL18")]
    public void A_text_is_cut_at_its_beginning_and_between_characters(string text, int maxBytes, string expected) =>
        Assert.Equal(expected, TerminalTail.Ending(text, maxBytes));
}
