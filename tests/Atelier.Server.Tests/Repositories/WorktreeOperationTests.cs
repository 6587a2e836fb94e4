using System.Net;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Repositories.Worktrees;
using Atelier.Server.Tests.Hosts;
using Atelier.Server.Tests.News;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Repositories;

public sealed class WorktreeOperationTests(TestServer server) : IClassFixture<TestServer>
{
    private readonly List<string> _operations = [];
    private readonly List<WorktreeFacts> _worktrees = [];
    private Func<AddWorktreeRequest, Task<WorktreeFacts>> _add = _ => throw new JsonRpcException("git", "Not this time.");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "HL8")]
    public async Task Another_try_and_another_worktree_of_a_branch_are_operations_of_their_own()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var http = server.Client(server.Token);
        var repository = await AddRepositoryAsync(http, "/tmp/one");

        await CreateAsync(http, repository, HttpStatusCode.UnprocessableEntity);
        _add = MakeAsync;
        var session = await CreateAsync(http, repository, HttpStatusCode.Created);
        using var deleted = await http.SendJsonAsync(HttpMethod.Delete, $"/api/sessions/{session}?discardWork=true", json: null, Cancel);
        await CreateAsync(http, repository, HttpStatusCode.Created);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(3, _operations.Distinct().Count());
        Assert.All(_operations, operation => Assert.StartsWith($"{repository}#feature/x#", operation, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/tmp/five/x")]
    [InlineData("/tmp/five/x/")]
    public async Task A_worktree_that_a_session_works_in_is_not_removed_under_it(string path)
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var http = server.Client(server.Token);
        var repository = await AddRepositoryAsync(http, "/tmp/five");
        _add = MakeAsync;
        var session = await CreateAsync(http, repository, HttpStatusCode.Created);

        using var refused = await http.SendJsonAsync(
            HttpMethod.Delete, $"/api/repositories/{repository}/worktrees?path={Uri.EscapeDataString(path)}&discardWork=true", json: null, Cancel);
        using var deleted = await http.SendJsonAsync(HttpMethod.Delete, $"/api/sessions/{session}?discardWork=true", json: null, Cancel);

        Assert.Equal("/problems/worktree-in-use", await refused.ProblemAsync(Cancel));
    }

    [Fact]
    [Trait("rule", "SW27")]
    public async Task A_worktree_that_was_not_made_here_is_an_owners_to_remove_whatever_it_holds()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var owner = server.Client(server.Token);
        using var editor = server.Client(await server.AddUserAsync("Ed", Cancel));
        var repository = await AddRepositoryAsync(owner, "/tmp/six");
        await SetMembersAsync(
            owner, repository, $$"""[{"userId":"{{await IdAsync(owner)}}","role":"owner"},{"userId":"{{await IdAsync(editor)}}","role":"editor"}]""");
        _worktrees.Add(new WorktreeFacts("/tmp/six/own", "by-hand", "abc", IsMain: false, BaseCommit: null, SetupOutput: null));

        using var refused = await RemoveAsync(editor, repository, "/tmp/six/own");
        var left = _worktrees.Count;
        using var removed = await RemoveAsync(owner, repository, "/tmp/six/own");
        using var again = await RemoveAsync(editor, repository, "/tmp/six/own");

        Assert.Equal("/problems/only-owners-remove", await refused.ProblemAsync(Cancel));
        Assert.Equal((1, HttpStatusCode.NoContent, HttpStatusCode.NoContent), (left, removed.StatusCode, again.StatusCode));
    }

    [Fact]
    [Trait("rule", "SW27")]
    public async Task An_editor_removes_what_was_made_here_and_a_session_leaves_what_was_not()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var owner = server.Client(server.Token);
        using var editor = server.Client(await server.AddUserAsync("Ede", Cancel));
        var repository = await AddRepositoryAsync(owner, "/tmp/seven");
        await SetMembersAsync(
            owner, repository, $$"""[{"userId":"{{await IdAsync(owner)}}","role":"owner"},{"userId":"{{await IdAsync(editor)}}","role":"editor"}]""");
        _add = MakeAsync;
        using var made = await editor.SendJsonAsync(HttpMethod.Post, $"/api/repositories/{repository}/worktrees", """{"branch":"made"}""", Cancel);
        _worktrees.Add(new WorktreeFacts("/tmp/seven/own", "feature/x", "abc", IsMain: false, BaseCommit: null, SetupOutput: null));
        var session = await CreateAsync(editor, repository, HttpStatusCode.Created);

        using var removed = await RemoveAsync(editor, repository, "/tmp/seven/x");
        using var deleted = await editor.SendJsonAsync(HttpMethod.Delete, $"/api/sessions/{session}?discardWork=true", json: null, Cancel);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.NoContent), (made.StatusCode, removed.StatusCode, deleted.StatusCode));
        Assert.Equal("/tmp/seven/own", Assert.Single(_worktrees).Path);
    }

    [Fact]
    public async Task Who_changed_what_of_a_repository_and_its_worktrees_is_written_down_without_what_templates_say()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var http = server.Client(server.Token);
        var repository = await AddRepositoryAsync(http, "/tmp/eight");
        _add = MakeAsync;

        using var changed = await http.SendJsonAsync(
            HttpMethod.Patch, $"/api/repositories/{repository}", """{"setupCommand":"npm ci","templateFiles":{".env":"KEY=secret"}}""", Cancel);
        using var made = await http.SendJsonAsync(HttpMethod.Post, $"/api/repositories/{repository}/worktrees", """{"branch":"made"}""", Cancel);
        using var removed = await RemoveAsync(http, repository, "/tmp/eight/x");
        using var audit = await http.GetAsync($"/api/audit?subject={repository}&limit=3", Cancel);

        Assert.Equal(
            [
                ("worktree-removed", """{"path":"/tmp/eight/x","discardWork":true}"""),
                ("worktree-added", """{"path":"/tmp/eight/x","branch":"made"}"""),
                ("repository-changed", """{"copyFiles":null,"setupCommand":"npm ci","defaultBranch":null,"templateFiles":[".env"]}"""),
            ],
            (await audit.JsonAsync(Cancel))["entries"]!.AsArray().Select(line => ((string?)line!["action"], line["details"]!.ToJsonString())));
    }

    [Fact]
    public async Task A_worktree_that_no_port_is_left_for_is_refused()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var http = server.Client(server.Token);
        var repository = await AddRepositoryAsync(http, "/tmp/nine");
        var database = server.Services.GetRequiredService<NpgsqlDataSource>();
        await database.CommandFor(
            """
            insert into worktrees (host_id, path, repository_id, branch, number, first_port, created_at)
            select $1, '/tmp/nine/' || n, $2, 'b', n, 21000, now() from generate_series(1, $3) as n
            on conflict do nothing
            """,
            host.Id,
            repository,
            WorktreeStore.MostNumbers).RunAsync(Cancel);

        using var refused = await http.SendJsonAsync(HttpMethod.Post, $"/api/repositories/{repository}/worktrees", """{"branch":"more"}""", Cancel);
        await database.CommandFor("delete from worktrees where repository_id = $1", repository).RunAsync(Cancel);

        Assert.Equal("/problems/host-no-ports", await refused.ProblemAsync(Cancel));
        Assert.InRange(21_000 + (WorktreeStore.MostNumbers * 10) - 1, 65_526, 65_535);
    }

    [Fact]
    [Trait("rule", "HL4")]
    public async Task Asking_again_after_a_lost_link_is_the_same_operation()
    {
        var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var http = server.Client(server.Token);
        var repository = await AddRepositoryAsync(http, "/tmp/two");
        _add = async _ =>
        {
            await host.DisposeAsync();
            throw new InvalidOperationException("Nobody hears this.");
        };

        await CreateAsync(http, repository, HttpStatusCode.ServiceUnavailable);
        _add = MakeAsync;
        await using var again = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        await CreateAsync(http, repository, HttpStatusCode.Created);

        Assert.Equal(_operations[0], _operations[1]);
    }

    [Fact]
    public async Task How_far_a_worktree_is_is_told_to_who_may_see_its_repository()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var http = server.Client(server.Token);
        var repository = await AddRepositoryAsync(http, "/tmp/three");
        using var news = await NewsReader.OpenAsync(server, Cancel);
        await news.NextAsync();
        _add = async request =>
        {
            await host.TellAsync(HostMethods.Progress, new ProgressNotice(request.OperationId, "Checking out", 1, 2), HostJson.Default.ProgressNotice);
            return await MakeAsync(request);
        };

        await CreateAsync(http, repository, HttpStatusCode.Created);
        var told = await news.NextAsync("operation");

        Assert.Equal(("Checking out", 1), ((string?)told.Data["phase"], (int?)told.Data["completed"]));
    }

    [Fact]
    [Trait("rule", "NS2")]
    public async Task Who_is_no_member_any_more_loses_the_repositorys_sessions()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var http = server.Client(server.Token);
        var token = await server.AddUserAsync("Mia", Cancel);
        var (owner, member) = (await IdAsync(http), await IdAsync(server.Client(token)));
        var repository = await AddRepositoryAsync(http, "/tmp/four");
        _add = MakeAsync;
        await SetMembersAsync(http, repository, $$"""[{"userId":"{{owner}}","role":"owner"},{"userId":"{{member}}","role":"viewer"}]""");
        var session = await CreateAsync(http, repository, HttpStatusCode.Created);
        using var news = await NewsReader.OpenAsync(server, Cancel, token);
        await news.NextAsync();

        await SetMembersAsync(http, repository, $$"""[{"userId":"{{owner}}","role":"owner"}]""");

        Assert.Equal(session, (string?)(await news.NextAsync("session-removed")).Data["sessionId"]);
    }

    private JsonRpcMethods Methods() => new JsonRpcMethods()
        .OnRequest(HostMethods.InspectRepository, HostJson.Default.InspectRepositoryRequest, HostJson.Default.RepositoryFacts, (request, _) =>
            Task.FromResult(new RepositoryFacts(request.Path, "main", RemoteUrl: null, IsBare: false)))
        .OnRequest(HostMethods.ListWorktrees, HostJson.Default.RepositoryRequest, HostJson.Default.WorktreeList, (request, _) =>
            Task.FromResult(new WorktreeList([.. _worktrees.Where(worktree => worktree.Path.StartsWith(request.Path, StringComparison.Ordinal))])))
        .OnRequest(HostMethods.AddWorktree, HostJson.Default.AddWorktreeRequest, HostJson.Default.WorktreeFacts, (request, _) =>
        {
            _operations.Add(request.OperationId);
            return _add(request);
        })
        .OnRequest(HostMethods.WorktreeStatus, HostJson.Default.WorktreeRequest, HostJson.Default.WorktreeStatus, (_, _) =>
            Task.FromResult(new WorktreeStatus(Exists: true, "feature/x", 0, 0, DiskBytes: null, IsSafeToRemove: true)))
        .OnRequest(HostMethods.RemoveWorktree, HostJson.Default.RemoveWorktreeRequest, HostJson.Default.RemoveWorktreeReply, (request, _) =>
        {
            _worktrees.RemoveAll(worktree => worktree.Path == request.Path);
            return Task.FromResult(new RemoveWorktreeReply(Removed: true, Status: null));
        });

    private Task<WorktreeFacts> MakeAsync(AddWorktreeRequest request)
    {
        var made = new WorktreeFacts($"{request.RepositoryPath}/x", request.Branch, "abc", IsMain: false, BaseCommit: null, SetupOutput: null);
        _worktrees.Add(made);
        return Task.FromResult(made);
    }

    private static async Task<string> AddRepositoryAsync(HttpClient http, string path)
    {
        using var answer = await http.SendJsonAsync(HttpMethod.Post, "/api/repositories", $$"""{"path":"{{path}}"}""", Cancel);
        return Text((await answer.JsonAsync(Cancel))["repository"]?["id"]);
    }

    private static async Task<string> CreateAsync(HttpClient http, string repository, HttpStatusCode expected)
    {
        using var answer = await http.SendJsonAsync(
            HttpMethod.Post, "/api/sessions", $$"""{"type":"worktree","repositoryId":"{{repository}}","branch":"feature/x"}""", Cancel);
        Assert.Equal(expected, answer.StatusCode);
        return answer.IsSuccessStatusCode ? Text((await answer.JsonAsync(Cancel))["session"]?["id"]) : "";
    }

    private static async Task SetMembersAsync(HttpClient http, string repository, string members)
    {
        using var answer = await http.SendJsonAsync(HttpMethod.Put, $"/api/repositories/{repository}/members", $$"""{"members":{{members}}}""", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> RemoveAsync(HttpClient http, string repository, string path) => http.SendJsonAsync(
        HttpMethod.Delete, $"/api/repositories/{repository}/worktrees?path={Uri.EscapeDataString(path)}&discardWork=true", json: null, Cancel);

    private static async Task<string> IdAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("/api/me", Cancel);
        return Text((await answer.JsonAsync(Cancel))["user"]?["id"]);
    }

    private static string Text(JsonNode? node) => (string?)node ?? throw new InvalidOperationException("It has no id.");
}
