using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Atelier.Client.AgentConsole;
using Atelier.Client.Api;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Tests.Hosts;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Imports;

/// <summary>From the files of an agent-console folder to what people see, through the reader that the CLI uses.</summary>
public sealed class AgentConsoleImportTests(TestPostgres postgres) : IAsyncLifetime
{
    private const string OldSessions = """
        [
          {"id":"s-old","worktreePath":"/work/app-old","repositoryId":"r-1","pid":123,"serverPid":456,"createdAt":"2025-12-01T10:00:00.000Z"},
          {"id":"s-quick","worktreePath":"/home/me","repositoryId":"default","pid":124,"createdAt":"2025-12-01T11:00:00.000Z"}
        ]
        """;

    private const string NewSessions = """
        [
          {"id":"s-new","type":"worktree","locationPath":"/work/app-x","repositoryId":"r-1","worktreeId":"feature/x","serverPid":9,
           "createdAt":"2025-12-09T10:00:00.000Z","title":"X","initialPrompt":"hello\u0000 there",
           "workers":[
             {"id":"w-1","type":"agent","name":"Claude","agentId":"claude-code-builtin","pid":23,"createdAt":"2025-12-09T10:00:01.000Z"},
             {"id":"w-2","type":"terminal","name":"Terminal 1","pid":null,"createdAt":"2025-12-09T10:00:02.000Z"},
             {"id":"w-3","type":"agent","name":"Claude","agentId":"a-1","pid":24,"createdAt":"2025-12-09T10:00:03.000Z"},
             {"id":"w-4","type":"git-diff","name":"Diff","baseCommit":"abc","createdAt":"2025-12-09T10:00:04.000Z"}]},
          {"id":"s-alone","type":"worktree","locationPath":"/work/other","repositoryId":"r-unknown","worktreeId":"main","serverPid":9,
           "createdAt":"2025-12-09T10:00:00.000Z","workers":[]}
        ]
        """;

    private const string Repositories = """[{"id":"r-1","name":"app","path":"/work/app","registeredAt":"2025-11-30T00:00:00Z"}]""";

    private const string Agents = """
        [
          {"id":"claude-code-builtin","name":"Claude Code","command":"claude","isBuiltIn":true,"registeredAt":"2025-12-01T00:00:00Z"},
          {"id":"a-1","name":"Mine","command":"cd /tmp && mine --fast","isBuiltIn":false,"registeredAt":"2025-12-01T00:00:00Z","icon":"x",
           "activityPatterns":{"askingPatterns":["Allow.*\\?","(unclosed"]},"continueArgs":["-c","two words"]}
        ]
        """;

    private readonly TestServer _server = new(postgres);
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        await _server.Services.GetRequiredService<HostStore>().LocalAsync("a key", Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    [Trait("rule", "SW25")]
    public async Task Sessions_of_the_new_format_come_with_their_ids_names_and_workers_which_are_lost()
    {
        var reply = await ImportAsync(("repositories.json", Repositories), ("agents.json", Agents), ("sessions.json", NewSessions));
        var session = await SessionAsync("s-new");

        Assert.Equal((2, 0), Count(reply, "sessions"));
        Assert.Equal((3, 0), Count(reply, "workers"));
        Assert.Equal(
            ("worktree", "X", "/work/app-x", "r-1", "feature/x", "inactive"),
            ((string?)session["type"], (string?)session["title"], (string?)session["locationPath"], (string?)session["repositoryId"], (string?)session["branch"], (string?)session["status"]));
        Assert.Equal(DateTimeOffset.Parse("2025-12-09T10:00:00Z", null), (DateTimeOffset)session["createdAt"]!);
        Assert.Equal(
            [("w-1", "agent", "Claude", "claude-code", "lost"), ("w-2", "terminal", "Terminal 1", null, "lost"), ("w-3", "agent", "Claude 2", "a-1", "lost")],
            session["workers"]!.AsArray().Select(worker => (
                (string?)worker!["id"], (string?)worker["type"], (string?)worker["name"], (string?)worker["agentProgramId"], (string?)worker["status"])));
    }

    [Fact]
    [Trait("rule", "SW25")]
    public async Task Sessions_of_the_old_format_become_sessions_with_an_agent()
    {
        var reply = await ImportAsync(("repositories.json", Repositories), ("sessions.json", OldSessions));

        Assert.Equal((1, 0), Count(reply, "repositories"));
        Assert.Equal((2, 0), Count(reply, "sessions"));
        var old = await SessionAsync("s-old");
        Assert.Equal(("worktree", "r-1", "app-old"), ((string?)old["type"], (string?)old["repositoryId"], (string?)old["branch"]));
        Assert.Equal(("s-old-agent", "claude-code"), ((string?)old["workers"]![0]!["id"], (string?)old["workers"]![0]!["agentProgramId"]));
        Assert.Equal("quick", (string?)(await SessionAsync("s-quick"))["type"]);
    }

    [Fact]
    [Trait("rule", "SW25")]
    public async Task A_second_import_changes_nothing_not_even_what_was_renamed_or_removed_since()
    {
        (string, string)[] files = [("repositories.json", Repositories), ("agents.json", Agents), ("sessions.json", NewSessions)];
        await ImportAsync(files);
        using var http = _server.Client(_server.Token);
        using var renamed = await http.SendJsonAsync(HttpMethod.Patch, "/api/sessions/s-new", """{"title":"Ours"}""", Cancel);
        using var removed = await http.SendJsonAsync(HttpMethod.Delete, "/api/sessions/s-alone", json: null, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        var before = await RowsAsync();

        var reply = await ImportAsync(files);

        Assert.Equal((0, 1), Count(reply, "repositories"));
        Assert.Equal((0, 2), Count(reply, "agentPrograms"));
        Assert.Equal((0, 2), Count(reply, "sessions"));
        Assert.Equal((0, 3), Count(reply, "workers"));
        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task Nothing_is_lost_and_what_has_no_place_here_can_be_read()
    {
        var reply = await ImportAsync(("repositories.json", Repositories), ("agents.json", Agents), ("sessions.json", NewSessions));
        var records = (await GetAsync("/api/imports/agent-console"))["records"]!.AsArray();

        var session = records.Single(record => (string?)record!["id"] == "s-new")!["original"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(NewSessions)![0], session));
        Assert.Equal("x", (string?)records.Single(record => (string?)record!["id"] == "a-1")!["original"]!["icon"]);
        Assert.Equal("claude-code", (string?)records.Single(record => (string?)record!["id"] == "claude-code-builtin")!["subjectId"]);
        Assert.Contains(reply["notes"]!.AsArray(), note => ((string?)note)!.Contains("1 workers of kinds that are not here", StringComparison.Ordinal));
        Assert.Contains(reply["notes"]!.AsArray(), note => ((string?)note)!.Contains("1 of its patterns", StringComparison.Ordinal));
        Assert.Contains(reply["notes"]!.AsArray(), note => ((string?)note)!.Contains("r-unknown is not in repositories.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_that_needs_a_shell_is_given_to_one()
    {
        await ImportAsync(("agents.json", Agents));
        var program = (await GetAsync("/api/agent-programs"))["agentPrograms"]!.AsArray().Single(one => (string?)one!["id"] == "a-1")!;

        Assert.Equal("sh -lc 'cd /tmp && mine --fast'", (string?)program["commandTemplate"]);
        Assert.Equal(
            ["sh", "-lc", "cd /tmp && mine --fast '-c' 'two words'"],
            Server.AgentPrograms.CommandTemplate.Parse((string?)program["continueTemplate"] ?? "")?.Words);
        Assert.Equal(["Allow.*\\?"], program["askingPatterns"]!.AsArray().Select(pattern => (string?)pattern));
    }

    [Fact]
    public async Task The_place_of_a_repository_can_come_later()
    {
        await ImportAsync(("sessions.json", OldSessions));
        var without = (await GetAsync("/api/repositories/r-1"))["repository"]!;

        await ImportAsync(("sessions.json", OldSessions), ("repositories.json", Repositories));
        var with = (await GetAsync("/api/repositories/r-1"))["repository"]!;

        Assert.Equal(("failed", null), ((string?)without["status"], (string?)without["path"]));
        Assert.Equal(("ready", "/work/app", "app"), ((string?)with["status"], (string?)with["path"], (string?)with["name"]));
    }

    [Fact]
    public async Task A_host_that_can_be_asked_says_which_branch_is_where_and_what_is_no_repository()
    {
        var methods = new JsonRpcMethods()
            .OnRequest(HostMethods.InspectRepository, HostJson.Default.InspectRepositoryRequest, HostJson.Default.RepositoryFacts, (request, _) =>
                request.Path == "/work/app"
                    ? Task.FromResult(new RepositoryFacts("/real/app", "main", "https://example.org/app.git", IsBare: false))
                    : throw new JsonRpcException("not-found", $"{request.Path} is no repository."))
            .OnRequest(HostMethods.ListWorktrees, HostJson.Default.RepositoryRequest, HostJson.Default.WorktreeList, (_, _) =>
                Task.FromResult(new WorktreeList([new WorktreeFacts("/work/app-old", "feature/old", "abc", IsMain: false, BaseCommit: null, SetupOutput: null)])));
        await using var host = await ScriptedHost.LinkAsync(_server, methods, Cancel);

        await ImportAsync(
            ("sessions.json", OldSessions),
            ("repositories.json", $$"""{{Repositories.TrimEnd(']')}},{"id":"r-2","name":"gone","path":"/work/gone"}]"""));

        Assert.Equal("feature/old", (string?)(await SessionAsync("s-old"))["branch"]);
        Assert.Equal("/real/app", (string?)(await GetAsync("/api/repositories/r-1"))["repository"]!["path"]);
        Assert.Equal("/work/gone is no repository.", (string?)(await GetAsync("/api/repositories/r-2"))["repository"]!["problem"]);
    }

    [Fact]
    public async Task A_row_that_cannot_be_stored_stops_everything()
    {
        var database = _server.Services.GetRequiredService<NpgsqlDataSource>();
        await database.CommandFor("alter table imported_records add constraint full_up check (id <> 's-quick')").RunAsync(Cancel);
        var before = await RowsAsync();

        var problem = await Assert.ThrowsAsync<ProblemException>(
            () => ImportAsync(("repositories.json", Repositories), ("agents.json", Agents), ("sessions.json", OldSessions)));

        Assert.Equal("/problems/internal-error", problem.Problem.Type);
        Assert.Equal(before, await RowsAsync());
    }

    [Theory]
    [InlineData("""{"id":"s-1","type":"quick","locationPath":"/a\u0000b","createdAt":"2025-12-09T10:00:00Z","workers":[],"original":{}}""")]
    [InlineData("""{"id":"s\n1","type":"quick","locationPath":"/a","createdAt":"2025-12-09T10:00:00Z","workers":[],"original":{}}""")]
    [InlineData("""{"id":"s-1","type":"other","locationPath":"/a","createdAt":"2025-12-09T10:00:00Z","workers":[],"original":{}}""")]
    [InlineData("""{"id":"s-1","type":"worktree","locationPath":"/a","createdAt":"2025-12-09T10:00:00Z","workers":[],"original":{}}""")]
    public async Task What_cannot_be_a_session_is_refused(string session)
    {
        using var http = _server.Client(_server.Token);
        using var answer = await http.SendJsonAsync(
            HttpMethod.Post, "/api/imports/agent-console", $$"""{"repositories":[],"agents":[],"sessions":[{{session}}]}""", Cancel);

        Assert.Equal("/problems/import-not-usable", await answer.ProblemAsync(Cancel));
    }

    [Fact]
    [Trait("rule", "WS11")]
    public async Task Who_opens_an_imported_worker_is_told_that_it_has_never_run_here()
    {
        await ImportAsync(("sessions.json", OldSessions));
        var methods = new JsonRpcMethods().OnRequest(
            HostMethods.AttachPoint, HostJson.Default.WorkerRequest, HostJson.Default.AttachPoint, (_, _) => throw new JsonRpcException("not-found", "There is no such worker."));
        await using var host = await ScriptedHost.LinkAsync(_server, methods, Cancel);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {_server.Token}");
        await socket.ConnectAsync(new UriBuilder(_server.Address) { Scheme = "ws", Path = "/ws/session/s-old/worker/s-old-agent" }.Uri, Cancel);

        var buffer = new byte[4096];
        var said = "";
        while (!said.Contains("no-output", StringComparison.Ordinal))
        {
            var received = await Patience.For(socket.ReceiveAsync(buffer.AsMemory(), Cancel).AsTask(), "the socket to say why it shows nothing");
            said = Encoding.UTF8.GetString(buffer, 0, received.Count);
        }

        Assert.Contains("never run here", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_administrator_imports()
    {
        using var person = _server.Client(await _server.AddUserAsync("Nobody special", Cancel));
        using var answer = await person.SendJsonAsync(HttpMethod.Post, "/api/imports/agent-console", """{"repositories":[],"agents":[],"sessions":[]}""", Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private AgentConsoleContents Read(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            File.WriteAllText(_folder[name], text);
        }

        return new AgentConsoleFolder(_folder.Path).Read(_folder["quarantine"]);
    }

    private async Task<JsonNode> ImportAsync(params (string Name, string Text)[] files)
    {
        using var http = _server.Client();
        var api = new ApiClient(http, _server.Address, _server.Token);
        return JsonNode.Parse(await api.SendAsync(
            HttpMethod.Post, "/api/imports/agent-console", Read(files), ApiJson.Default.AgentConsoleContents, Cancel))!;
    }

    private static (int Added, int Known) Count(JsonNode reply, string kind) =>
        ((int)reply["imported"]![kind]!["added"]!, (int)reply["imported"]![kind]!["known"]!);

    private async Task<JsonNode> SessionAsync(string id) => (await GetAsync($"/api/sessions/{id}"))["session"]!;

    private async Task<JsonNode> GetAsync(string path)
    {
        using var http = _server.Client(_server.Token);
        using var answer = await http.GetAsync(path, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {answer.StatusCode}.");
        return await answer.JsonAsync(Cancel);
    }

    /// <summary>Every row that an import can touch.</summary>
    private async Task<IReadOnlyList<string>> RowsAsync()
    {
        var database = _server.Services.GetRequiredService<NpgsqlDataSource>();
        var rows = new List<string>();
        foreach (var table in new[] { "repositories", "repository_members", "agent_programs", "sessions", "workers", "imported_records" })
        {
            rows.AddRange(await database.CommandFor($"select one::text from {table} one order by one::text").AllAsync(row => $"{table} {row.GetString(0)}", Cancel));
        }

        return rows;
    }
}
