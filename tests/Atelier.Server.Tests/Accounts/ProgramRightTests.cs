using System.Net;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Tests.Hosts;

namespace Atelier.Server.Tests.Accounts;

/// <summary>Who may run programs on a host: administrators, and whoever is editor or owner of a repository.</summary>
public sealed class ProgramRightTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("viewer")]
    public async Task Who_edits_no_repository_sees_no_folder_and_starts_nothing_in_one(string? role)
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var person = await PersonAsync(role);

        foreach (var answer in await AskAsync(person, host, "/tmp/refused"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Equal("/problems/forbidden", (string?)answer.Body["type"]);
            Assert.Contains("Ask an owner to make you an editor", (string?)answer.Body["detail"], StringComparison.Ordinal);
        }

        Assert.False(await MayRunProgramsAsync(person));
    }

    [Theory]
    [InlineData("editor")]
    [InlineData("owner")]
    public async Task Who_edits_a_repository_runs_programs_there_anyway_and_may_in_any_folder(string role)
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var person = await PersonAsync(role);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Created],
            (await AskAsync(person, host, $"/tmp/of-{role}")).Select(answer => answer.Status));
        Assert.True(await MayRunProgramsAsync(person));
    }

    [Fact]
    public async Task Administrators_may_without_any_repository()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var administrator = server.Client(server.Token);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Created],
            (await AskAsync(administrator, host, "/tmp/of-administrator")).Select(answer => answer.Status));
        Assert.True(await MayRunProgramsAsync(administrator));
    }

    [Fact]
    public async Task Who_loses_the_last_such_role_only_watches_the_sessions_they_made_in_folders()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var person = await PersonAsync("editor", "/tmp/lost");
        using var made = await person.SendJsonAsync(HttpMethod.Post, "/api/sessions", """{"type":"quick","locationPath":"/tmp"}""", Cancel);
        var session = (string?)(await made.JsonAsync(Cancel))["session"]!["id"];

        await SetRoleAsync(person, "viewer", "/tmp/lost");
        using var after = await person.GetAsync($"/api/sessions/{session}", Cancel);
        using var worker = await person.SendJsonAsync(HttpMethod.Post, $"/api/sessions/{session}/workers", """{"type":"terminal"}""", Cancel);

        Assert.Equal("viewer", (string?)(await after.JsonAsync(Cancel))["session"]!["role"]);
        Assert.Equal("/problems/forbidden", await worker.ProblemAsync(Cancel));
    }

    /// <summary>Lists a folder, works in one, and adds one as repository.</summary>
    private static async Task<IReadOnlyList<(HttpStatusCode Status, JsonNode Body)>> AskAsync(HttpClient http, ScriptedHost host, string path)
    {
        var answers = new List<(HttpStatusCode, JsonNode)>();
        foreach (var (method, route, body) in new (HttpMethod, string, string?)[]
        {
            (HttpMethod.Get, $"/api/hosts/{host.Id}/directories?path=/root", null),
            (HttpMethod.Post, "/api/sessions", """{"type":"quick","locationPath":"/root"}"""),
            (HttpMethod.Post, "/api/repositories", $$"""{"path":"{{path}}"}"""),
        })
        {
            using var answer = await http.SendJsonAsync(method, route, body, Cancel);
            answers.Add((answer.StatusCode, await answer.JsonAsync(Cancel)));
        }

        return answers;
    }

    private static async Task<bool> MayRunProgramsAsync(HttpClient http)
    {
        using var me = await http.GetAsync("/api/me", Cancel);
        return (bool?)(await me.JsonAsync(Cancel))["mayRunPrograms"] ?? throw new InvalidOperationException("It is not said.");
    }

    /// <summary>Somebody with a role in one repository, or in none.</summary>
    private async Task<HttpClient> PersonAsync(string? role, string path = "/tmp/shared")
    {
        var person = server.Client(await server.AddUserAsync("Ivy", Cancel));
        if (role is not null)
        {
            await SetRoleAsync(person, role, path);
        }

        return person;
    }

    private async Task SetRoleAsync(HttpClient person, string role, string path)
    {
        using var administrator = server.Client(server.Token);
        using var added = await administrator.SendJsonAsync(HttpMethod.Post, "/api/repositories", $$"""{"path":"{{path}}"}""", Cancel);
        var repository = (string?)(await added.JsonAsync(Cancel))["repository"]!["id"];
        using var members = await administrator.SendJsonAsync(
            HttpMethod.Put,
            $"/api/repositories/{repository}/members",
            $$"""{"members":[{"userId":"{{await IdAsync(administrator)}}","role":"owner"},{"userId":"{{await IdAsync(person)}}","role":"{{role}}"}]}""",
            Cancel);
        Assert.Equal(HttpStatusCode.OK, members.StatusCode);
    }

    private static async Task<string?> IdAsync(HttpClient http)
    {
        using var me = await http.GetAsync("/api/me", Cancel);
        return (string?)(await me.JsonAsync(Cancel))["user"]!["id"];
    }

    private static JsonRpcMethods Methods() => new JsonRpcMethods()
        .OnRequest(HostMethods.ListDirectory, HostJson.Default.ListDirectoryRequest, HostJson.Default.DirectoryListing, (request, _) =>
            Task.FromResult(new DirectoryListing(request.Path ?? "/", "/", [], Truncated: false)))
        .OnRequest(HostMethods.InspectRepository, HostJson.Default.InspectRepositoryRequest, HostJson.Default.RepositoryFacts, (request, _) =>
            Task.FromResult(new RepositoryFacts(request.Path, "main", RemoteUrl: null, IsBare: false)));
}
