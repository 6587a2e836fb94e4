using System.Net;
using System.Text.Json.Nodes;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Agents;

/// <summary>A person who calls routes of agents on the whole server, and waits for what comes of it.</summary>
internal sealed class AgentCalls(AgentEndpointTests.Server server, string? token = null)
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    public async Task<string> CreateAsync(string prompt)
    {
        var created = await CallAsync(HttpMethod.Post, "/api/agents", $$"""{"taskRequest":"{{prompt}}","repositoryId":"rep_bench","agentProgramId":"prg_fake","baseBranch":"main"}""");
        return (string?)created["agent"]?["id"] ?? throw new InvalidOperationException("It has no id.");
    }

    public async Task<string> RunningAsync(string agent)
    {
        var running = await UntilAsync(agent, one => one["turns"]!.AsArray().Any(turn => (string?)turn?["state"] == "running"), "a turn to run"); // it has some
        return (string?)running["turns"]!.AsArray().First(turn => (string?)turn?["state"] == "running")?["id"] ?? ""; // as above
    }

    public Task<JsonNode> GetAsync(string path) => CallAsync(HttpMethod.Get, path, null);

    public async Task<JsonNode> CallAsync(HttpMethod method, string path, string? json)
    {
        using var http = Client();
        using var answer = await http.SendJsonAsync(method, path, json, _cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(_cancellationToken)}");
        return answer.StatusCode == HttpStatusCode.NoContent ? new JsonObject() : await answer.JsonAsync(_cancellationToken);
    }

    public async Task<string?> ProblemAsync(HttpMethod method, string path, string? json)
    {
        using var http = Client();
        using var answer = await http.SendJsonAsync(method, path, json, _cancellationToken);
        return await answer.ProblemAsync(_cancellationToken);
    }

    /// <summary>Follows the agent's events until it is as it should be.</summary>
    public async Task<JsonNode> UntilAsync(string agent, Func<JsonNode, bool> isSo, string what)
    {
        using var following = server.Services.GetRequiredService<AgentFeed>().Follow(new AgentId(agent));
        while (true)
        {
            var now = await GetAsync($"/api/agents/{agent}");
            if (isSo(now))
            {
                return now;
            }

            await Patience.For(following.Events.WaitToReadAsync(_cancellationToken).AsTask(), what);
            while (following.Events.TryRead(out _))
            {
            }
        }
    }

    public async Task<HttpResponseMessage> AnswerAsync(HttpMethod method, string path, string? json = null)
    {
        using var http = Client();
        return await http.SendJsonAsync(method, path, json, _cancellationToken);
    }

    private HttpClient Client() => server.Client(token ?? server.Token);
}
