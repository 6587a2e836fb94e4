using System.Text.Json.Nodes;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Tests.Agents;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Inbox;

/// <summary>Somebody who has agents and answers what they wait with, by HTTP.</summary>
internal sealed class InboxPerson(AgentEndpointTests.Server server, string? token = null)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task<string> CreateAsync(string prompt, string more = "") =>
        (string?)(await CallAsync(HttpMethod.Post, "/api/agents", $$"""{"taskRequest":"{{prompt}}","repositoryId":"rep_bench","agentProgramId":"prg_fake","baseBranch":"main"{{more}}}"""))["agent"]?["id"]
        ?? throw new InvalidOperationException("It has no id.");

    public Task<JsonNode> GetAsync(string path) => CallAsync(HttpMethod.Get, path, null);

    public Task<JsonNode> PostAsync(string path, string json = "{}") => CallAsync(HttpMethod.Post, path, json);

    public async Task<JsonNode> CallAsync(HttpMethod method, string path, string? json)
    {
        using var http = server.Client(token ?? server.Token);
        using var answer = await http.SendJsonAsync(method, path, json, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        return answer.StatusCode == System.Net.HttpStatusCode.NoContent ? new JsonObject() : await answer.JsonAsync(Cancel);
    }

    public async Task<(int Status, string? Problem)> RefusedAsync(HttpMethod method, string path, string? json)
    {
        using var http = server.Client(token ?? server.Token);
        using var answer = await http.SendJsonAsync(method, path, json, Cancel);
        return ((int)answer.StatusCode, await answer.ProblemAsync(Cancel));
    }

    /// <summary>Items of an agent.</summary>
    public async Task<IReadOnlyList<JsonNode>> ItemsAsync(string agent, string query = "state=open") =>
        [.. (await GetAsync($"/api/inbox?agent={agent}&{query}"))["items"]!.AsArray().Select(item => item!)]; // they are there

    /// <summary>The one item that an agent has open, once it does this; given its <c>doing</c>.</summary>
    public async Task<JsonNode> ItemAsync(string agent, string doing)
    {
        await UntilAsync(agent, one => (string?)one["agent"]?["doing"] == doing, doing);
        return Assert.Single(await ItemsAsync(agent));
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

            await Patience.For(following.Events.WaitToReadAsync(Cancel).AsTask(), what);
            while (following.Events.TryRead(out _))
            {
            }
        }
    }
}
