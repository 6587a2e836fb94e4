using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Tools;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Tests.Agents.Editors;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Agents.Tools;

/// <summary>Rules of docs/protocols/mcp-server.md.</summary>
public sealed class AgentToolTests(EditorServer server, EditorOracle oracle) : IClassFixture<EditorServer>, IClassFixture<EditorOracle>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("rule", "MT1")]
    [Trait("rule", "MT6")]
    [InlineData("http")]
    [InlineData("stdio")]
    public async Task The_official_client_opens_lines_of_work_asks_in_them_and_reads_them(string way)
    {
        _ = oracle;
        var agent = await CreateAsync("say end");
        var token = await TokenOfAsync(agent);
        var main = (await server.AgentAsync(agent)).WorkSessions[0].Id.Value;
        var calls = new JsonArray(
            Call("list_work_sessions", new { }),
            Call("open_work_session", new { name = "Tests", prompt = "say end" }),
            Call("message_thread", new { workSessionId = main, text = "say say end", waitSeconds = 30 }),
            Call("read_thread", new { workSessionId = main }),
            Call("list_terminals", new { }),
            Call("read_terminal", new { terminalId = "wrk_none" }),
            Call("message_thread", new { workSessionId = "wks_none", text = "end" }),
            Call("nothing", new { }));

        var said = await RunAsync(way, token, calls);

        Assert.Equal(ToolDescriptions.All.Select(tool => tool.Name), said["tools"]?.AsArray().Select(one => (string?)one));
        var results = said["results"]?.AsArray().Select(one => (IsError: (bool?)one?["isError"], Text: (string?)one?["text"] ?? "")).ToList() ?? [];
        Assert.Equal([false, false, false, false, false, true, true, true], results.Select(one => one.IsError));
        Assert.Equal(main, (string?)JsonNode.Parse(results[0].Text)?["workSessions"]?[0]?["workSessionId"]);
        Assert.Equal(("done", true), ((string?)JsonNode.Parse(results[2].Text)?["state"], ((string?)JsonNode.Parse(results[2].Text)?["answer"])?.Length > 0));
        Assert.Contains("Person: say say end", (string?)JsonNode.Parse(results[3].Text)?["text"], StringComparison.Ordinal);
        Assert.Equal(["Main", "Tests"], (await server.AgentAsync(agent)).WorkSessions.Select(one => one.Name));
    }

    [Fact]
    [Trait("rule", "MT1")]
    [Trait("rule", "MT2")]
    public async Task The_token_of_a_process_is_good_for_its_own_agent_and_its_own_time()
    {
        var (agent, other) = (await CreateAsync("say end"), await CreateAsync("say end"));
        var token = await TokenOfAsync(agent);
        using var http = server.Client(token);

        var foreign = await CallAsync(token, "list_work_sessions", new { agentId = other });
        var statuses = new List<HttpStatusCode>();
        foreach (var path in new[] { "/api/agents", $"/api/agents/{agent}", "/api/me", "/api/tokens", "/api/health", "/acp" })
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
            statuses.Add(answer.StatusCode);
        }

        var database = server.Services.GetRequiredService<NpgsqlDataSource>();
        Assert.Equal(0, await database.CommandFor("select count(*) from access_tokens where position($1 in encode(token_hash, 'escape')) > 0", token).OneAsync(row => (int)row.GetInt64(0), Cancel));
        (await server.MachineAsync(agent)).Stop(exitCode: 0);
        await Patience.Until(() => server.AgentAsync(agent).Result.Instance is { HasProcess: false }, "the process to end");
        using var late = await PostAsync(token, "list_work_sessions", new { });

        Assert.Equal((true, "There is no such agent, or it is not yours."), foreign);
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Forbidden, status));
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.True((File.GetUnixFileMode(Path.Combine(server.DataFolder, "agent-key")) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) == 0);
    }

    [Fact]
    [Trait("rule", "MT1")]
    public async Task People_use_the_tools_with_their_own_rights()
    {
        var agent = await CreateAsync("say end");
        var main = (await server.AgentAsync(agent)).WorkSessions[0].Id.Value;
        var viewer = await server.AddMemberAsync("viewer", Cancel);
        var stranger = await server.AddUserAsync($"Stranger {Guid.NewGuid():n}", Cancel);

        Assert.False((await CallAsync(viewer, "read_thread", new { agentId = agent, workSessionId = main })).IsError);
        Assert.Equal((true, "You may look at the agent, not steer it."), await CallAsync(viewer, "message_thread", new { agentId = agent, workSessionId = main, text = "end" }));
        Assert.Equal((true, "You may look at the agent, not steer it."), await CallAsync(viewer, "ask_person", new { agentId = agent, question = "Why?" }));
        Assert.Equal((true, "There is no such agent, or it is not yours."), await CallAsync(stranger, "read_thread", new { agentId = agent, workSessionId = main }));
        Assert.Contains("\"workSessions\":[]", (await CallAsync(stranger, "list_work_sessions", new { })).Text, StringComparison.Ordinal);
        Assert.True((await CallAsync(server.Token, "read_thread", new { workSessionId = main })).IsError);
    }

    [Fact]
    [Trait("rule", "MT3")]
    public async Task A_program_is_told_of_the_tools_beside_those_that_it_has_already()
    {
        var agent = await server.AgentAsync(await CreateAsync("say end"));
        agent = agent with { Threads = [agent.Threads[0] with { OpeningSequence = 7 }] };
        var tools = server.Services.GetRequiredService<AgentToolServer>();
        var (mode, stdio) = (new AgentCommand.SetMode("c1", "code"), await ServersAsync(agent, others: null));
        var http = await ServersAsync(agent with { Instance = agent.Instance! with { Abilities = agent.Instance.Abilities! with { McpHttp = true } } }, """[{"name":"other","command":"other","args":[],"env":[]}]""");

        Assert.Same(mode, await tools.WithToolsAsync(agent, new NumberedCommand(1, 9, mode), Cancel));
        Assert.Equal(("atelier", "mcp"), ((string?)stdio[0]?["name"], (string?)stdio[0]?["args"]?.AsArray()[^1]));
        Assert.True(File.Exists((string?)stdio[0]?["command"]));
        Assert.Equal(agent.WorkSessions[0].Id.Value, (string?)stdio[0]?["env"]?.AsArray().Single(one => (string?)one?["name"] == "ATELIER_WORK_SESSION")?["value"]);
        Assert.Equal(["other", "atelier"], http.Select(one => (string?)one?["name"]));
        Assert.Equal($"{server.Address}mcp?workSession={agent.WorkSessions[0].Id}", (string?)http[1]?["url"]);
        Assert.Equal((await TokenOfAsync(agent.Id.Value), true), (((string?)http[1]?["headers"]?[0]?["value"])?["Bearer ".Length..], (await tools.EnvironmentAsync(agent, 1, Cancel)).ContainsKey("ATELIER_AGENT_TOKEN")));

        async Task<JsonArray> ServersAsync(Agent of, string? others)
        {
            var opened = (AgentCommand.ResumeThread)await tools.WithToolsAsync(
                of, new NumberedCommand(1, 7, new AgentCommand.ResumeThread("c1", new AgentPlace("/work", others is null ? null : JsonElement.Parse(others)))), Cancel);
            return JsonNode.Parse(opened.Place.McpServers?.GetRawText() ?? "[]")!.AsArray(); // it is a list
        }
    }

    [Fact]
    [Trait("rule", "MT4")]
    public async Task What_waits_and_what_is_said_is_bounded()
    {
        var agent = await CreateAsync("say hang");
        var main = (await server.AgentAsync(agent)).WorkSessions[0].Id.Value;
        var token = await TokenOfAsync(agent);
        await Patience.Until(() => server.AgentAsync(agent).Result.Turns.Exists(turn => turn.IsInFlight), "the turn to run");

        var waited = await CallAsync(token, "message_thread", new { workSessionId = main, text = "end", waitSeconds = 0.2 });
        var own = await CallAsync(token, "message_thread", new { workSessionId = main, text = "end", waitSeconds = 5 }, main);
        var wrong = await Task.WhenAll(
            CallAsync(token, "ask_person", new { question = new string('?', 5_000) }),
            CallAsync(token, "ask_person", new { question = "Which?", options = Enumerable.Repeat("a", 40) }),
            CallAsync(token, "message_thread", new { workSessionId = main, text = 7 }),
            CallAsync(token, "message_thread", new { workSessionId = main, text = "end", waitSeconds = -1 }));

        Assert.Equal("queued", (string?)JsonNode.Parse(waited.Text)?["state"]);
        Assert.True(own.IsError);
        Assert.All(wrong, answer => Assert.True(answer.IsError));
    }

    [Fact]
    [Trait("rule", "MT5")]
    public async Task A_question_waits_in_the_inbox_and_is_one_however_often_it_is_asked()
    {
        var agent = await CreateAsync("say hang");
        var main = (await server.AgentAsync(agent)).WorkSessions[0].Id.Value;
        var token = await TokenOfAsync(agent);
        await Patience.Until(() => server.AgentAsync(agent).Result.Turns.Exists(turn => turn.IsInFlight), "the turn to run");
        var ask = new { question = "Which colour?", options = new[] { "red", "green" }, key = "colour", waitSeconds = 0 };

        var open = JsonNode.Parse((await CallAsync(token, "ask_person", ask, main)).Text);
        var waiting = CallAsync(token, "ask_person", new { ask.question, ask.key, waitSeconds = 30 }, main);
        using var http = server.Client(server.Token);
        using var answered = await http.SendJsonAsync(HttpMethod.Post, $"/api/inbox/{open?["requestId"]}/answer", """{"action":"accept","content":{"answer":"green"}}""", Cancel);
        Assert.True(answered.IsSuccessStatusCode);
        var answer = JsonNode.Parse((await waiting).Text);
        var again = JsonNode.Parse((await CallAsync(token, "ask_person", ask, main)).Text);

        Assert.Equal("open", (string?)open?["state"]);
        Assert.Equal(("answered", "green", (string?)open?["requestId"]), ((string?)answer?["state"], (string?)answer?["answer"], (string?)answer?["requestId"]));
        Assert.Equal(answer?.ToJsonString(), again?.ToJsonString());
        Assert.DoesNotContain((await server.MachineAsync(agent)).Program.Told, one => one.Command is AgentCommand.Answer);

        var gone = JsonNode.Parse((await CallAsync(token, "ask_person", new { question = "And now?", waitSeconds = 0 }, main)).Text);
        await http.SendJsonAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{(await server.AgentAsync(agent)).Turns.Find(turn => turn.IsInFlight)?.Id}/cancel", null, Cancel);
        await Patience.Until(() => !server.AgentAsync(agent).Result.Turns.Exists(turn => turn.IsInFlight), "the turn to end");
        using var late = await http.SendJsonAsync(HttpMethod.Post, $"/api/inbox/{gone?["requestId"]}/answer", """{"action":"accept"}""", Cancel);
        Assert.Equal("/problems/request-is-over", await late.ProblemAsync(Cancel));
    }

    [Fact]
    [Trait("rule", "MT6")]
    public async Task A_call_that_is_made_again_is_the_same_call()
    {
        var agent = await CreateAsync("say end");
        var main = (await server.AgentAsync(agent)).WorkSessions[0].Id.Value;
        var token = await TokenOfAsync(agent);

        var sent = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CallAsync(token, "message_thread", new { workSessionId = main, text = "end" }, callId: "sent")));
        var opened = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CallAsync(token, "open_work_session", new { name = "Once" }, callId: "opened")));

        Assert.Single(sent.Select(one => (string?)JsonNode.Parse(one.Text)?["turnId"]).Distinct());
        Assert.Single(opened.Select(one => one.Text).Distinct());
        Assert.Equal(2, (await server.AgentAsync(agent)).WorkSessions.Count);
    }

    private static JsonObject Call(string name, object arguments) => new() { ["name"] = name, ["arguments"] = JsonSerializer.SerializeToNode(arguments) };

    private async Task<JsonNode> RunAsync(string way, string token, JsonArray calls)
    {
        string[] arguments = way == "http" ? ["http", $"{server.Address}mcp", token] : ["stdio", EditorOracle.CommandLine, "mcp"];
        return JsonNode.Parse(await EditorOracle.RunAsync(
            "node",
            [Path.Combine(EditorOracle.Folder, "tools.mjs"), .. arguments],
            EditorOracle.Folder,
            new Dictionary<string, string> { ["ATELIER_AGENT_URL"] = server.Address.ToString(), ["ATELIER_AGENT_TOKEN"] = token },
            calls.ToJsonString())) ?? throw new InvalidOperationException("It said null.");
    }

    private async Task<string> CreateAsync(string prompt)
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var begun = await editor.AskAsync("session/new", new { cwd = server.Directory, mcpServers = Array.Empty<string>(), _meta = new { atelier = new { agentProgramId = EditorServer.Program } } });
        var asked = editor.PromptAsync(begun.GetProperty("sessionId").GetString() ?? "", prompt);
        var agent = begun.GetProperty("_meta").GetProperty("atelier").GetProperty("agentId").GetString() ?? "";
        if (prompt.EndsWith("end", StringComparison.Ordinal))
        {
            await asked;
        }
        else
        {
            await editor.UntilAsync(one => one.Kind == "agent_message_chunk", "the answer to begin");
        }

        return agent;
    }

    private async Task<string> TokenOfAsync(string id)
    {
        var agent = await server.AgentAsync(id);
        return (await server.Services.GetRequiredService<AgentTokens>().OfAsync(id, agent.UserId, agent.Instance?.Epoch ?? 0, Cancel)).Text;
    }

    private async Task<(bool IsError, string Text)> CallAsync(string token, string tool, object arguments, string? workSession = null, string? callId = null)
    {
        using var answer = await PostAsync(token, tool, arguments, workSession, callId);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Cancel))
        {
            var result = JsonNode.Parse(item.Data)?["result"];
            return ((bool?)result?["isError"] == true, (string?)result?["content"]?[0]?["text"] ?? item.Data);
        }

        throw new InvalidOperationException("There was no answer.");
    }

    private async Task<HttpResponseMessage> PostAsync(string token, string tool, object arguments, string? workSession = null, string? callId = null)
    {
        using var http = server.Client(token);
        var body = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = "tools/call",
            ["params"] = new JsonObject { ["name"] = tool, ["arguments"] = JsonSerializer.SerializeToNode(arguments), ["_meta"] = new JsonObject { ["atelier"] = new JsonObject { ["callId"] = callId } } },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/mcp{(workSession is null ? "" : $"?workSession={workSession}")}") { Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        return await http.SendAsync(request, Cancel);
    }
}
