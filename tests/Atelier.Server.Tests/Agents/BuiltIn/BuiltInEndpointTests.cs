using System.Text.Json.Nodes;
using Atelier.FakeModelServer;
using Atelier.Server.Agents.Turns;
using Atelier.TestKit;

namespace Atelier.Server.Tests.Agents.BuiltIn;

/// <summary>Work sessions without a program over HTTP, on the whole server; places are fakes, the model follows a script.</summary>
public sealed class BuiltInEndpointTests(AgentEndpointTests.Server server) : IClassFixture<AgentEndpointTests.Server>
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "BA7")]
    public async Task Agents_and_work_sessions_need_a_model_and_no_program()
    {
        Assert.Equal((422, "/problems/model-provider-missing"), await RefusedAsync("/api/agents", Create("built-in")));
        await using var model = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: _cancellationToken);
        await SendAsync(HttpMethod.Post, "/api/model-providers", $$"""{"kind":"openai-compatible","baseUrl":"{{model.Address}}v1","model":"scripted"}""");

        Assert.Equal((404, "/problems/model-provider-not-found"), await RefusedAsync("/api/agents", Create("built-in", ""","modelProviderId":"mpr_none" """)));
        Assert.Equal((422, "/problems/setting-not-offered"), await RefusedAsync("/api/agents", Create("built-in", ""","modeId":"reckless" """)));
        Assert.Equal((400, "/problems/agent-request-invalid"), await RefusedAsync("/api/agents", Create("built-in", ""","agentType":"other" """)));
        Assert.Equal((422, "/problems/agent-has-no-program"), await RefusedAsync("/api/agents", Create("built-in", ""","agentType":"zed_agent" """)));

        var agent = (string?)(await SendAsync(HttpMethod.Post, "/api/agents", Create("chat")))["agent"]?["id"] ?? "";
        var over = await UntilAsync(agent, one => (string?)one["turns"]?[0]?["state"] == "done");
        Assert.Equal(("simple", (string?)null), ((string?)over["workSessions"]?[0]?["agentType"], (string?)over["workSessions"]?[0]?["modes"]));
        Assert.Null(over["instance"]);
        Assert.Equal((422, "/problems/agent-has-no-program"), await RefusedAsync($"/api/agents/{agent}/work-sessions", """{"name":"More","agentType":"zed_agent"}"""));

        var added = (await SendAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions", """{"name":"Review","agentType":"helix_agent"}"""))["workSession"];
        var path = $"/api/agents/{agent}/work-sessions/{added?["id"]}";
        var changed = (await SendAsync(HttpMethod.Patch, path, """{"modeId":"accept-edits","name":"Careful review"}"""))["workSession"];
        Assert.Equal(("ask", "accept-edits", "Careful review", 3), ((string?)added?["currentModeId"], (string?)changed?["currentModeId"], (string?)changed?["name"], changed?["modes"]?.AsArray().Count));
        Assert.Equal((422, "/problems/setting-not-offered"), await RefusedAsync(path, """{"modeId":"reckless"}""", HttpMethod.Patch));
        Assert.Equal((404, "/problems/model-provider-not-found"), await RefusedAsync(path, """{"modelProviderId":"mpr_none"}""", HttpMethod.Patch));
        Assert.Equal("completed", (string?)(await SendAsync(HttpMethod.Post, $"{path}/complete", "{}"))["workSession"]?["status"]);
        Assert.Equal(1, (await server.AgentAsync(agent)).Turns.Count(turn => turn.State == TurnState.Done));
        Assert.Empty(server.Instances.Faults);
    }

    [Fact]
    [Trait("rule", "BA8")]
    public async Task Notes_are_read_and_written_and_not_over_what_somebody_else_wrote()
    {
        var agent = (string?)(await SendAsync(HttpMethod.Post, "/api/agents", Create("prg_fake")))["agent"]?["id"] ?? "";
        var notes = $"/api/agents/{agent}/notes";

        Assert.Equal("", (string?)(await SendAsync(HttpMethod.Get, notes, json: null))["notes"]);
        await SendAsync(HttpMethod.Put, notes, """{"notes":"We use tokens."}""");
        await SendAsync(HttpMethod.Put, notes, """{"notes":"We use cookies.","before":"We use tokens."}""");
        Assert.Equal((409, "/problems/notes-changed"), await RefusedAsync(notes, """{"notes":"Neither.","before":"We use tokens."}""", HttpMethod.Put));
        Assert.Equal((400, "/problems/agent-request-invalid"), await RefusedAsync(notes, """{"notes":"nul \u0000"}""", HttpMethod.Put));
        var context = (await SendAsync(HttpMethod.Get, $"/api/agents/{agent}/context", json: null))["context"];

        Assert.Equal(("We use cookies.", "main", "Main"), ((string?)context?["notes"], (string?)context?["baseBranch"], (string?)context?["workSessions"]?[0]?["name"]));
    }

    private static string Create(string program, string more = "") =>
        $$"""{"taskRequest":"Hello. %% say Good day.","repositoryId":"rep_bench","agentProgramId":"{{program}}","baseBranch":"main"{{more}}}""";

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, string? json)
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(method, path, json, _cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync(_cancellationToken)}");
        return await answer.JsonAsync(_cancellationToken);
    }

    private async Task<(int Status, string? Problem)> RefusedAsync(string path, string json, HttpMethod? method = null)
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(method ?? HttpMethod.Post, path, json, _cancellationToken);
        return ((int)answer.StatusCode, await answer.ProblemAsync(_cancellationToken));
    }

    private async Task<JsonNode> UntilAsync(string agent, Func<JsonNode, bool> isSo)
    {
        JsonNode? now = null;
        await Patience.For(LookAsync(), "the turn to end");
        return now ?? throw new InvalidOperationException("It was looked at.");

        async Task LookAsync()
        {
            while (now is null || !isSo(now))
            {
                now = await SendAsync(HttpMethod.Get, $"/api/agents/{agent}", json: null);
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, _cancellationToken);
            }
        }
    }
}
