using System.Net;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Hosts;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Hosts;

public sealed class HostRefusalTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("not-found", 404, "/problems/not-on-host")]
    [InlineData("command-not-found", 404, "/problems/host-command-not-found")]
    [InlineData("exists", 409, "/problems/host-exists")]
    [InlineData("in-use", 409, "/problems/host-in-use")]
    [InlineData("invalid", 422, "/problems/host-invalid")]
    [InlineData("refused", 422, "/problems/host-refused")]
    [InlineData("git", 422, "/problems/host-git")]
    [InlineData("no-space", 507, "/problems/host-no-space")]
    [InlineData("busy", 503, "/problems/host-busy")]
    [InlineData("io", 502, "/problems/host-io")]
    [InlineData("a word of tomorrow", 502, "/problems/host-broke")]
    [Trait("rule", "HL3")]
    public async Task A_refusal_says_what_happened_where_and_what_to_do(string word, int status, string type)
    {
        await using var host = await ScriptedHost.LinkAsync(server, RefusingDirectories(word, "There is a reason"), Cancel);
        using var http = server.Client(server.Token);

        using var listing = await http.GetAsync($"/api/hosts/{host.Id}/directories?path=/nowhere", Cancel);
        using var session = await http.SendJsonAsync(HttpMethod.Post, "/api/sessions", """{"type":"quick","locationPath":"/nowhere"}""", Cancel);

        foreach (var answer in new[] { listing, session })
        {
            Assert.Equal(status, (int)answer.StatusCode);
            var problem = await answer.JsonAsync(Cancel);
            Assert.Equal(type, (string?)problem["type"]);
            Assert.StartsWith("testbench: There is a reason. ", (string?)problem["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_route_that_needs_the_host_passes_its_refusal_on()
    {
        await using var host = await ScriptedHost.LinkAsync(server, RefusingEverythingElse(), Cancel);
        using var http = server.Client(server.Token);
        var session = await CreateSessionAsync(http);
        var repository = await CreateRepositoryAsync(http);

        Assert.All(
            await AnswersAsync(
                http,
                (HttpMethod.Post, $"/api/sessions/{session}/workers", """{"type":"terminal"}"""),
                (HttpMethod.Post, "/api/sessions", """{"type":"quick","locationPath":"/tmp","agentProgramId":"shell"}"""),
                (HttpMethod.Post, "/api/sessions", $$"""{"type":"worktree","repositoryId":"{{repository}}","branch":"main"}"""),
                (HttpMethod.Get, $"/api/repositories/{repository}/branches", null),
                (HttpMethod.Get, $"/api/repositories/{repository}/worktrees", null),
                (HttpMethod.Post, $"/api/repositories/{repository}/worktrees", """{"branch":"other"}"""),
                (HttpMethod.Delete, $"/api/repositories/{repository}/worktrees?path=/tmp/x", null)),
            answer => Assert.Equal((422, "/problems/host-refused"), answer));
    }

    [Fact]
    public async Task A_session_whose_first_worker_the_host_refuses_is_not_left_behind()
    {
        await using var host = await ScriptedHost.LinkAsync(server, RefusingEverythingElse(), Cancel);
        using var http = server.Client(server.Token);

        using var refused = await http.SendJsonAsync(
            HttpMethod.Post, "/api/sessions", """{"type":"quick","locationPath":"/tmp","agentProgramId":"shell","title":"half"}""", Cancel);
        using var sessions = await http.GetAsync("/api/sessions", Cancel);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.DoesNotContain((await sessions.JsonAsync(Cancel))["sessions"]!.AsArray(), one => (string?)one!["title"] == "half");
    }

    [Fact]
    public async Task A_host_without_a_link_is_503_with_a_time_to_come_back()
    {
        var host = await server.Services.GetRequiredService<HostStore>().LocalAsync("nobody dials with this", Cancel);
        using var http = server.Client(server.Token);

        using var listing = await http.GetAsync($"/api/hosts/{host.Id}/directories", Cancel);
        using var session = await http.SendJsonAsync(HttpMethod.Post, "/api/sessions", """{"type":"quick","locationPath":"/tmp"}""", Cancel);

        foreach (var answer in new[] { listing, session })
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("/problems/host-offline", await answer.ProblemAsync(Cancel));
            Assert.NotNull(answer.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task A_link_that_ends_before_the_answer_is_503()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var methods = new JsonRpcMethods().OnRequest(
            HostMethods.ListDirectory,
            HostJson.Default.ListDirectoryRequest,
            HostJson.Default.DirectoryListing,
            async (_, cancellationToken) =>
            {
                asked.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                throw new InvalidOperationException("Nobody waits that long.");
            });
        var host = await ScriptedHost.LinkAsync(server, methods, Cancel);
        using var http = server.Client(server.Token);

        var listing = http.GetAsync($"/api/hosts/{host.Id}/directories", Cancel);
        await TestKit.Patience.For(asked.Task, "the host to be asked");
        await host.DisposeAsync();
        using var answer = await listing;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("/problems/host-offline", await answer.ProblemAsync(Cancel));
    }

    private static JsonRpcMethods RefusingDirectories(string word, string message) => new JsonRpcMethods().OnRequest(
        HostMethods.ListDirectory,
        HostJson.Default.ListDirectoryRequest,
        HostJson.Default.DirectoryListing,
        (_, _) => throw new JsonRpcException(word, message));

    /// <summary>Lists directories and looks at repositories; anything else it refuses.</summary>
    private static JsonRpcMethods RefusingEverythingElse()
    {
        static JsonRpcException No() => new("refused", "Not today");
        return new JsonRpcMethods()
            .OnRequest(HostMethods.ListDirectory, HostJson.Default.ListDirectoryRequest, HostJson.Default.DirectoryListing, (request, _) =>
                Task.FromResult(new DirectoryListing(request.Path ?? "/", Parent: null, [], Truncated: false)))
            .OnRequest(HostMethods.InspectRepository, HostJson.Default.InspectRepositoryRequest, HostJson.Default.RepositoryFacts, (request, _) =>
                Task.FromResult(new RepositoryFacts(request.Path, "main", RemoteUrl: null, IsBare: false)))
            .OnRequest(HostMethods.StartWorker, HostJson.Default.StartWorkerRequest, HostJson.Default.WorkerReport, (_, _) => throw No())
            .OnRequest(HostMethods.ListBranches, HostJson.Default.RepositoryRequest, HostJson.Default.BranchList, (_, _) => throw No())
            .OnRequest(HostMethods.ListWorktrees, HostJson.Default.RepositoryRequest, HostJson.Default.WorktreeList, (_, _) => throw No())
            .OnRequest(HostMethods.RemoveWorktree, HostJson.Default.RemoveWorktreeRequest, HostJson.Default.RemoveWorktreeReply, (_, _) => throw No());
    }

    private static async Task<string> CreateSessionAsync(HttpClient http) =>
        await IdAsync(http, "/api/sessions", """{"type":"quick","locationPath":"/tmp"}""", "session");

    private static async Task<string> CreateRepositoryAsync(HttpClient http) =>
        await IdAsync(http, "/api/repositories", """{"path":"/tmp/a-repository"}""", "repository");

    private static async Task<string> IdAsync(HttpClient http, string path, string json, string thing)
    {
        using var answer = await http.SendJsonAsync(HttpMethod.Post, path, json, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {answer.StatusCode}.");
        return (string?)(await answer.JsonAsync(Cancel))[thing]?["id"] ?? throw new InvalidOperationException("It has no id.");
    }

    private static async Task<IReadOnlyList<(int Status, string? Type)>> AnswersAsync(
        HttpClient http, params IReadOnlyList<(HttpMethod Method, string Path, string? Json)> calls)
    {
        var answers = new List<(int, string?)>();
        foreach (var (method, path, json) in calls)
        {
            using var answer = await http.SendJsonAsync(method, path, json, Cancel);
            answers.Add(((int)answer.StatusCode, await answer.ProblemAsync(Cancel)));
        }

        return answers;
    }
}
