using System.Text;
using Atelier.HostDaemon.Activity;

namespace Atelier.HostDaemon.Tests.Activity;

public sealed class TerminalInputTests
{
    [Theory]
    [InlineData("\e[I", "Report")]
    [InlineData("\e[O\e[I", "Report")]
    [InlineData("\e[12;40R", "Report")]
    [InlineData("\e[?62;22c", "Report")]
    [InlineData("\e[>0;276;0c", "Report")]
    [InlineData("\e[?2026;2$y", "Report")]
    [InlineData("\e[?1u", "Report")]
    [InlineData("\e[0n", "Report")]
    [InlineData("\e]11;rgb:1e1e/1e1e/1e1e\e\\", "Report")]
    [InlineData("\eP>|xterm.js(6.0.0)\e\\", "Report")]
    [InlineData("\e[<35;10;4M", "Report")]
    [InlineData("a", "Typing")]
    [InlineData("\e", "Typing")]
    [InlineData("\e[A", "Typing")]
    [InlineData("\t", "Typing")]
    [InlineData("\e[200~two\rlines\e[201~", "Typing")]
    [InlineData("\r", "Submit")]
    [InlineData("ls\r", "Submit")]
    [InlineData("\e[13u", "Submit")]
    [InlineData("\e[200~two\rlines\e[201~\r", "Submit")]
    public void Keys_are_told_from_what_the_terminal_says_itself(string data, string kind) =>
        Assert.Equal(kind, TerminalInput.Read(Encoding.UTF8.GetBytes(data)).Kind.ToString());

    [Fact]
    public void The_text_of_keys_is_what_a_program_would_echo() =>
        Assert.Equal("äß two", TerminalInput.Read("ä\e[Aß\e[200~ two\e[201~"u8).Text);
}
