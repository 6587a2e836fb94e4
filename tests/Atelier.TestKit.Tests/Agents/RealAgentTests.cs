using Atelier.TestKit.Agents;

namespace Atelier.TestKit.Tests.Agents;

public sealed class RealAgentTests
{
    public static TheoryData<string> Names => [.. RealAgent.All.Select(agent => agent.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_invocation_leaves_no_place_unfilled(string name)
    {
        using var folder = new TemporaryFolder();
        var agent = RealAgent.Named(name);

        var invocation = agent.Prepare(folder["home"], folder["work"], new Uri("http://127.0.0.1:4100"));

        var settings = Directory.EnumerateFiles(folder["home"], "*", SearchOption.AllDirectories).Select(File.ReadAllText);
        var said = string.Join('\n', [.. settings, .. invocation.Environment.Values, .. invocation.Command]);
        Assert.Contains("http://127.0.0.1:4100", said, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\{(url|home|cwd)\}", said);
        Assert.Equal(folder["home"], invocation.Environment["HOME"]);
        Assert.StartsWith(agent.Folder, invocation.Command[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_that_speak_ACP_have_a_command_for_it()
    {
        using var folder = new TemporaryFolder();
        var server = new Uri("http://127.0.0.1:4100");

        Assert.Equal("acp", RealAgent.OpenCode.Prepare(folder["home"], folder.Path, server, RealAgentMode.Acp).Command[^1]);
        Assert.False(RealAgent.ClaudeCode.SpeaksAcp);
    }
}
