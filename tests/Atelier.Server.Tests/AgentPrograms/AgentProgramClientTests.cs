using System.Net;
using Atelier.Client.Api;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Tests.Hosts;
using AgentProgram = Atelier.Client.Api.AgentProgram;

namespace Atelier.Server.Tests.AgentPrograms;

/// <summary>What the CLI sends is what the server starts.</summary>
public sealed class AgentProgramClientTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string[]> Commands =>
    [
        (string[])["claude", "{{PROMPT}}"],
        (string[])["my agent", "--flag", "two words", ""],
        (string[])["say", "it's", "\"quoted\"", @"back\slash", "$HOME", "tab\there"],
        (string[])["program", "--prompt", "{{PROMPT}}", "'"],
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_programs_words_arrive_as_they_were_given(string[] words)
    {
        using var http = server.Client();
        var api = new ApiClient(http, server.Address, server.Token);

        var added = await SaveAsync(api, HttpMethod.Post, "/api/agent-programs", new SaveAgentProgram("Mine", TemplateText.Of(words), TemplateText.Of(words)));
        var listed = ApiClient.Read(await api.SendAsync(HttpMethod.Get, "/api/agent-programs", Cancel), ApiJson.Default.AgentProgramsAnswer)
            .AgentPrograms.Single(program => program.Id == added.Id);

        Assert.Equal(words, CommandTemplate.Parse(listed.CommandTemplate ?? "")?.Words);
        Assert.Equal(words, CommandTemplate.Parse(listed.ContinueTemplate ?? "")?.Words);
    }

    [Fact]
    public async Task A_change_keeps_what_it_does_not_name_and_takes_the_continue_template_away_when_it_is_empty()
    {
        using var http = server.Client();
        var api = new ApiClient(http, server.Address, server.Token);
        var added = await SaveAsync(
            api, HttpMethod.Post, "/api/agent-programs", new SaveAgentProgram("Mine", "agent {{PROMPT}}", "agent --continue", "bubblewrap"));

        var renamed = await SaveAsync(api, HttpMethod.Patch, $"/api/agent-programs/{added.Id}", new SaveAgentProgram(Name: "Ours", ContinueTemplate: ""));

        Assert.Equal(("Ours", "agent {{PROMPT}}", null, "bubblewrap"), (renamed.Name, renamed.CommandTemplate, renamed.ContinueTemplate, renamed.Sandbox));
    }

    [Fact]
    public async Task Which_programs_are_installed_is_still_known_after_one_was_changed()
    {
        var installed = new HashSet<string>(StringComparer.Ordinal) { "claude", "my-agent" };
        var methods = new JsonRpcMethods().OnRequest(
            HostMethods.DetectPrograms,
            HostJson.Default.DetectProgramsRequest,
            HostJson.Default.DetectedPrograms,
            (request, _) => Task.FromResult(new DetectedPrograms(request.Names.Where(installed.Contains).ToDictionary(name => name, name => $"/bin/{name}"))));
        await using var host = await ScriptedHost.LinkAsync(server, methods, Cancel);
        using var http = server.Client(server.Token);

        using var added = await http.SendJsonAsync(HttpMethod.Post, "/api/agent-programs", """{"name":"Mine","commandTemplate":"my-agent"}""", Cancel);
        using var listed = await http.GetAsync("/api/agent-programs", Cancel);
        var programs = (await listed.JsonAsync(Cancel))["agentPrograms"]!.AsArray();

        Assert.True((bool?)(await added.JsonAsync(Cancel))["agentProgram"]!["isInstalled"]);
        Assert.True((bool?)programs.Single(program => (string?)program!["id"] == "claude-code")!["isInstalled"]);
        Assert.False((bool?)programs.Single(program => (string?)program!["id"] == "codex")!["isInstalled"]);
    }

    [Fact]
    public async Task A_command_with_an_open_quote_is_refused()
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(HttpMethod.Post, "/api/agent-programs", """{"name":"Mine","commandTemplate":"agent 'open"}""", Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<AgentProgram> SaveAsync(ApiClient api, HttpMethod method, string path, SaveAgentProgram request) =>
        ApiClient.Read(await api.SendAsync(method, path, request, ApiJson.Default.SaveAgentProgram, Cancel), ApiJson.Default.AgentProgramAnswer).AgentProgram;
}
