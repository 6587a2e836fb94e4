using System.Net;
using Atelier.Server.Agents;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Tests.Agents;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Reviews;

/// <summary>Routes of reviews on the whole server, with a host that has no link: what is decided without it.</summary>
public sealed class ReviewEndpointTests(AgentEndpointTests.Server server) : IClassFixture<AgentEndpointTests.Server>
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/diff")]
    [InlineData("PUT", "/viewed")]
    [InlineData("GET", "/checkpoints")]
    [InlineData("POST", "/checkpoints/chk_x/restore")]
    [InlineData("GET", "/comments")]
    [InlineData("POST", "/comments")]
    [InlineData("PATCH", "/comments/cmt_x")]
    [InlineData("DELETE", "/comments/cmt_x")]
    [InlineData("POST", "/comments/send")]
    [InlineData("GET", "/forecast")]
    [InlineData("GET", "/landings")]
    [InlineData("POST", "/land")]
    [InlineData("POST", "/land/resolve")]
    public async Task Whoever_may_not_see_an_agent_finds_nothing_of_its_review(string method, string route)
    {
        var agent = await CreateAsync();
        using var stranger = server.Client(await server.AddUserAsync($"Stranger {Guid.NewGuid():N}", _cancellationToken));
        using var nobody = server.Client();

        using var hidden = await stranger.SendJsonAsync(new HttpMethod(method), $"/api/agents/{agent}{route}", method is "GET" or "DELETE" ? null : "{}", _cancellationToken);
        using var refused = await nobody.SendJsonAsync(new HttpMethod(method), $"/api/agents/{agent}{route}", method is "GET" or "DELETE" ? null : "{}", _cancellationToken);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), (hidden.StatusCode, refused.StatusCode));
    }

    [Theory]
    [InlineData("POST", "/comments", """{"path":"a","line":1,"text":" "}""", 400, "/problems/review-request-invalid")]
    [InlineData("POST", "/comments", """{"path":"a","line":0,"text":"x"}""", 400, "/problems/review-request-invalid")]
    [InlineData("POST", "/comments", """{"path":"a","line":3,"lastLine":2,"text":"x"}""", 400, "/problems/review-request-invalid")]
    [InlineData("PATCH", "/comments/cmt_none", """{"resolved":true}""", 404, "/problems/comment-not-found")]
    [InlineData("POST", "/comments/send", "{}", 409, "/problems/no-comments-to-send")]
    [InlineData("PUT", "/viewed", """{"path":"","hash":"x","viewed":true}""", 400, "/problems/review-request-invalid")]
    [InlineData("POST", "/checkpoints/chk_none/restore", null, 404, "/problems/checkpoint-not-found")]
    [InlineData("POST", "/land", """{"how":"merge","into":"-f"}""", 400, "/problems/review-request-invalid")]
    [InlineData("POST", "/land", """{"how":"merge","author":{"name":"A <b>","email":"a@b"}}""", 400, "/problems/review-request-invalid")]
    [InlineData("POST", "/land", """{"how":"merge"}""", 503, "/problems/host-offline")]
    [InlineData("GET", "/diff", null, 503, "/problems/host-offline")]
    public async Task What_cannot_be_is_refused_with_the_reason(string method, string route, string? body, int status, string problem)
    {
        await PlaceRepositoryAsync();
        var agent = await CreateAsync();
        using var http = server.Client(server.Token);

        using var answer = await http.SendJsonAsync(new HttpMethod(method), $"/api/agents/{agent}{route}", body, _cancellationToken);

        Assert.Equal((status, problem), ((int)answer.StatusCode, await answer.ProblemAsync(_cancellationToken)));
    }

    [Fact]
    [Trait("rule", "RV2")]
    public async Task A_checkpoint_that_cannot_be_made_is_noted_and_stops_no_turn()
    {
        await PlaceRepositoryAsync();
        var agent = await CreateAsync();
        using var http = server.Client(server.Token);
        var owner = await server.Services.GetRequiredService<AgentOwners>().FindAsync(new AgentId(agent));
        await Patience.Until(() => owner?.Current.LastOver is not null, "the turn to end");

        using var answer = await http.GetAsync(new Uri($"/api/agents/{agent}/checkpoints", UriKind.Relative), _cancellationToken);
        var checkpoint = (await answer.JsonAsync(_cancellationToken))["checkpoints"]?[0];

        Assert.Equal(("before", "failed"), ((string?)checkpoint?["which"], (string?)checkpoint?["state"]));
        Assert.NotNull((string?)checkpoint?["problem"]);
    }

    private Task<int> PlaceRepositoryAsync() =>
        server.Services.GetRequiredService<NpgsqlDataSource>().CommandFor("update repositories set path = '/work/bench' where id = 'rep_bench'").RunAsync(_cancellationToken);

    /// <summary>An agent that has its place.</summary>
    private async Task<string> CreateAsync()
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(
            HttpMethod.Post, "/api/agents", """{"taskRequest":"end","repositoryId":"rep_bench","agentProgramId":"prg_fake","baseBranch":"main"}""", _cancellationToken);
        var id = (string?)(await answer.JsonAsync(_cancellationToken))["agent"]?["id"] ?? throw new InvalidOperationException("It has no id.");
        var owner = await server.Services.GetRequiredService<AgentOwners>().FindAsync(new AgentId(id));
        await Patience.Until(() => owner?.Current.Place?.Path is not null, "the place");
        return id;
    }
}
