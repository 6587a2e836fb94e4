using Atelier.HostDaemon.Workers;

namespace Atelier.HostDaemon.Tests.Workers;

public sealed class WorkerEnvironmentTests
{
    private static readonly UserAccount s_ada = new("ada", "/home/ada", "/bin/zsh");

    [Theory]
    [InlineData("ATELIER_TOKEN")]
    [InlineData("CLAUDECODE")]
    [InlineData("CLAUDE_CODE_ENTRYPOINT")]
    [InlineData("DOTNET_gcServer")]
    [InlineData("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS")]
    [InlineData("ASPNETCORE_URLS")]
    [InlineData("NOTIFY_SOCKET")]
    [InlineData("LISTEN_FDS")]
    [InlineData("TMUX_PANE")]
    [InlineData("COLUMNS")]
    public void What_is_ours_or_another_terminals_is_taken_out(string name)
    {
        Assert.False(Of((name, "x")).For("w", "/", new Dictionary<string, string?>()).ContainsKey(name));
    }

    [Theory]
    [InlineData("DOTNET_ROOT")]
    [InlineData("DOTNET_CLI_TELEMETRY_OPTOUT")]
    [InlineData("ANTHROPIC_API_KEY")]
    [InlineData("CLAUDE_CONFIG_DIR")]
    [InlineData("SSH_AUTH_SOCK")]
    public void What_is_the_users_stays(string name)
    {
        Assert.Equal("x", Of((name, "x")).For("w", "/", new Dictionary<string, string?>())[name]);
    }

    [Fact]
    public void What_a_service_manager_leaves_out_is_filled_in()
    {
        var environment = Of().For("w", "/work", new Dictionary<string, string?>());

        Assert.Equal(
            ("/home/ada", "ada", "/bin/zsh", "/work", "C.UTF-8"),
            (environment["HOME"], environment["USER"], environment["SHELL"], environment["PWD"], environment["LANG"]));
        Assert.Contains("/usr/bin", environment["PATH"], StringComparison.Ordinal);
    }

    private static WorkerEnvironment Of(params (string Name, string Value)[] own) =>
        new(own.ToDictionary(variable => variable.Name, variable => variable.Value), s_ada);
}
