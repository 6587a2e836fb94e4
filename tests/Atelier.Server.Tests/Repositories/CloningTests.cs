using System.Net;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Tests.Hosts;
using Atelier.Server.Tests.News;

namespace Atelier.Server.Tests.Repositories;

public sealed class CloningTests(TestServer server) : IClassFixture<TestServer>
{
    private readonly List<CloneRepositoryRequest> _asked = [];
    private Func<RepositoryFacts> _clone = () => throw new JsonRpcException("git", "The network is away");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "HL8")]
    public async Task Asking_again_for_what_could_not_be_cloned_tries_it_again_and_adds_no_other()
    {
        const string url = "https://example.org/team/lamp.git";
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var http = server.Client(server.Token);
        using var news = await NewsReader.OpenAsync(server, Cancel);
        var (status, first) = await AddAsync(http, url);
        await StatusAsync(news, "failed");
        _clone = () => new RepositoryFacts("/data/lamp", "main", url, IsBare: true);

        var (again, second) = await AddAsync(http, url);
        await StatusAsync(news, "ready");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (status, again));
        Assert.Equal((string?)first["id"], (string?)second["id"]);
        Assert.Equal("cloning", (string?)second["status"]);
        Assert.Null((string?)second["problem"]);
        Assert.Equal(2, _asked.Select(request => request.OperationId).Distinct().Count());
        Assert.All(_asked, request => Assert.StartsWith($"{request.RepositoryId}#", request.OperationId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_somebody_else_could_not_clone_is_not_shown_to_who_asks_for_the_same()
    {
        const string url = "https://example.org/team/secret.git";
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        using var http = server.Client(server.Token);
        using var news = await NewsReader.OpenAsync(server, Cancel);
        var (_, first) = await AddAsync(http, url);
        await StatusAsync(news, "failed");
        using var editor = server.Client(await server.AddUserAsync("Ede", Cancel));
        var (_, own) = await AddAsync(http, "https://example.org/team/shared.git");
        await LetInAsync(http, editor, (string?)own["id"]);

        var (status, other) = await AddAsync(editor, url);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.NotEqual((string?)first["id"], (string?)other["id"]);
    }

    private static async Task<(HttpStatusCode Status, JsonNode Repository)> AddAsync(HttpClient http, string url)
    {
        using var answer = await http.SendJsonAsync(HttpMethod.Post, "/api/repositories", $$"""{"provider":"git","url":"{{url}}"}""", Cancel);
        var body = await answer.JsonAsync(Cancel);
        return (answer.StatusCode, body["repository"] ?? throw new InvalidOperationException(body.ToJsonString()));
    }

    private static async Task LetInAsync(HttpClient administrator, HttpClient person, string? repository)
    {
        using var members = await administrator.SendJsonAsync(
            HttpMethod.Put,
            $"/api/repositories/{repository}/members",
            $$"""{"members":[{"userId":"{{await IdAsync(administrator)}}","role":"owner"},{"userId":"{{await IdAsync(person)}}","role":"editor"}]}""",
            Cancel);
        Assert.Equal(HttpStatusCode.OK, members.StatusCode);
    }

    private static async Task<string?> IdAsync(HttpClient http)
    {
        using var me = await http.GetAsync("/api/me", Cancel);
        return (string?)(await me.JsonAsync(Cancel))["user"]!["id"];
    }

    private static async Task StatusAsync(NewsReader news, string status)
    {
        while ((string?)(await news.NextAsync("repository-changed")).Data["repository"]?["status"] != status)
        {
        }
    }

    private JsonRpcMethods Methods() => new JsonRpcMethods()
        .OnRequest(HostMethods.CloneRepository, HostJson.Default.CloneRepositoryRequest, HostJson.Default.RepositoryFacts, (request, _) =>
        {
            _asked.Add(request);
            return Task.FromResult(_clone());
        });
}
