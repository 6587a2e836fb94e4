using Atelier.Protocol.HostLink;
using Atelier.Server.AgentPrograms.ToolServers;

namespace Atelier.Server.Tests.AgentPrograms.ToolServers;

public sealed class ToolServerTests
{
    private static readonly ToolServer s_run = new("run", ToolServer.Stdio, "/bin/tools", ["-x"], Url: null, new Dictionary<string, string> { ["KEY"] = "secret" });
    private static readonly ToolServer s_web = new("web", ToolServer.Http, Command: null, Arguments: null, "https://t.test/mcp", new Dictionary<string, string> { ["Authorization"] = "Bearer x" });
    private static readonly ToolServer s_old = s_web with { Name = "old", Type = ToolServer.Sse };

    [Fact]
    [Trait("rule", "AL29")]
    public void A_program_is_handed_what_it_can_use_as_the_protocol_has_it()
    {
        Assert.Equal(
            """[{"name":"run","command":"/bin/tools","args":["-x"],"env":[{"name":"KEY","value":"secret"}]}]""",
            HandedToolServers.For([s_run, s_web, s_old], Program())?.GetRawText());
        Assert.Equal(
            """[{"type":"http","name":"web","url":"https://t.test/mcp","headers":[{"name":"Authorization","value":"Bearer x"}]}]""",
            HandedToolServers.For([s_web, s_old], Program() with { McpHttp = true })?.GetRawText());
        Assert.Contains("\"type\":\"sse\"", HandedToolServers.For([s_old], Program() with { McpSse = true })?.GetRawText(), StringComparison.Ordinal);
        Assert.Null(HandedToolServers.For([s_web], program: null));
    }

    [Fact]
    public void What_no_program_could_use_is_wrong()
    {
        Assert.Null(s_run.Wrong());
        Assert.Null(s_web.Wrong());
        Assert.NotNull((s_run with { Name = "" }).Wrong());
        Assert.NotNull((s_run with { Command = " \n" }).Wrong());
        Assert.NotNull((s_run with { Type = "carrier pigeon" }).Wrong());
        Assert.NotNull((s_web with { Url = "ftp://t.test" }).Wrong());
        Assert.NotNull((s_web with { Url = "https://me:secret@t.test" }).Wrong());
        Assert.NotNull((s_web with { Values = new Dictionary<string, string> { ["A"] = "two\nlines" } }).Wrong());
    }

    private static AgentAbilities Program() => new("Fake", "1", Loads: true, Resumes: true, Closes: false, TakesImages: false, TakesResources: false, McpHttp: false, LoginMethods: null);
}
