using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Atelier.Client.Api;
using Atelier.TestKit;

namespace Atelier.System.Tests.Agents.Real;

/// <summary>An agent whose program is somebody else's, as one sees it over HTTP.</summary>
internal sealed class RealAgentTask(SystemUnderTest system, string id)
{
    private static readonly JsonTypeInfo<JsonObject> s_json = (JsonTypeInfo<JsonObject>)JsonSerializerOptions.Web.GetTypeInfo(typeof(JsonObject));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RealAgentTask> CreateAsync(SystemUnderTest system, string repository, string program, string request)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            try
            {
                var made = await CallAsync(system, HttpMethod.Post, "/api/agents", new JsonObject
                {
                    ["taskRequest"] = request,
                    ["repositoryId"] = repository,
                    ["agentProgramId"] = program,
                });
                return new RealAgentTask(system, (string?)made["agent"]?["id"] ?? throw new InvalidOperationException("It was not created."));
            }
            catch (ProblemException coming) when ((int)coming.Status == 503 && !limit.IsCancellationRequested)
            {
                await PauseAsync();
            }
        }
    }

    public static async Task<JsonNode> CallAsync(SystemUnderTest system, HttpMethod method, string path, JsonObject body) =>
        JsonNode.Parse(await system.Api.SendAsync(method, path, body, s_json, Cancel) is { Length: > 0 } text ? text : "{}") ?? new JsonObject();

    public async Task<JsonNode> ReadAsync() => JsonNode.Parse(await system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{id}", Cancel)) ?? new JsonObject();

    public Task<JsonNode> CallAsync(HttpMethod method, string path, JsonObject? body = null) => CallAsync(system, method, $"/api/agents/{id}{path}", body ?? []);

    public async Task<string> SendAsync(string text) => (string?)(await CallAsync(HttpMethod.Post, "/messages", new JsonObject { ["text"] = text }))["turn"]?["id"] ?? "";

    /// <summary>Waits until a turn is over, and allows meanwhile whatever is asked; gives it as it is then, with how often something was asked.</summary>
    public async Task<(JsonNode Turn, int Asked)> OverAsync(string? turn = null)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var over = await UntilAsync("the turn to be over", async now =>
        {
            foreach (var request in now["requests"]?.AsArray() ?? [])
            {
                if ((string?)request?["what"] == "permission" && (string?)request?["id"] is { } open && asked.Add(open))
                {
                    await CallAsync(system, HttpMethod.Post, $"/api/inbox/{open}/answer", new JsonObject { ["decision"] = "allow_once" });
                }
            }

            return now["turns"]?.AsArray().FirstOrDefault(one => (turn is null || (string?)one?["id"] == turn) && (string?)one?["state"] is "done" or "failed" or "cancelled");
        });
        return (over, asked.Count);
    }

    /// <summary>Looks until what is looked for is there.</summary>
    public async Task<T> UntilAsync<T>(string what, Func<JsonNode, Task<T?>> look)
        where T : class
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var now = await ReadAsync();
            if (await look(now) is { } found)
            {
                return found;
            }

            Assert.False(limit.IsCancellationRequested, $"Waited for {what}; it is {now.ToJsonString()}; {string.Join('\n', (await EventsAsync()).TakeLast(20).Select(one => one?.ToJsonString()))}");
            await PauseAsync();
        }
    }

    public async Task<IReadOnlyList<JsonNode>> EventsAsync() =>
        [.. (JsonNode.Parse(await system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{id}/events?after=0", Cancel))?["events"]?.AsArray() ?? []).OfType<JsonNode>()];

    /// <summary>All that its program has said to a turn.</summary>
    public async Task<string> SaidAsync(string? turn) => string.Concat((await EventsAsync())
        .Where(one => (string?)one["kind"] == "agent-message" && (string?)one["turnId"] == turn).Select(one => (string?)one["payload"]?["content"]?["text"]));

    private static Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
}
