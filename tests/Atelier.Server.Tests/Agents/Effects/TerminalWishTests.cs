using Atelier.Server.Agents.Terminals;

namespace Atelier.Server.Tests.Agents.Effects;

public sealed class TerminalWishTests
{
    [Theory]
    [InlineData("""{"command":"make","args":["all","a b"]}""", new[] { "make", "all", "a b" }, "make all a b")]
    [InlineData("""{"command":"/opt/my tools/run","args":["x"]}""", new[] { "/opt/my tools/run", "x" }, "/opt/my tools/run x")]
    [InlineData("""{"command":"make"}""", new[] { "make" }, "make")]
    [InlineData("""{"command":"make all && ls > x"}""", new[] { "/bin/sh", "-c", "make all && ls > x" }, "make all && ls > x")]
    [InlineData("""{"command":"echo\n$HOME","args":[]}""", new[] { "/bin/sh", "-c", "echo\n$HOME" }, "echo $HOME")]
    [Trait("rule", "AL17")]
    public void No_shell_comes_between_but_where_a_whole_command_line_is_given(string payload, string[] command, string name)
    {
        var wish = TerminalWish.Of(payload);

        Assert.Equal(command, wish?.Command);
        Assert.Equal(name, wish?.Name);
    }

    [Fact]
    [Trait("rule", "AL17")]
    public void Variables_directory_and_limit_are_the_program_s_own()
    {
        var wish = TerminalWish.Of("""{"command":"ls","env":[{"name":"PAGER","value":"less"},{"name":"A","value":""}],"cwd":"/w","outputByteLimit":99999999999}""");

        Assert.Equal(("less", "cat", "", "/w", int.MaxValue), (wish?.Environment["PAGER"], wish?.Environment["GIT_PAGER"], wish?.Environment["A"], wish?.Directory, wish?.OutputByteLimit));
    }
}
