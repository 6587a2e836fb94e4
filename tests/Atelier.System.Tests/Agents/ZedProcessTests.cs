using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Atelier.TestKit;
using Atelier.TestKit.Zed;

namespace Atelier.System.Tests.Agents;

/// <summary>A Zed under a real keeper, daemon and server: its process writes down what it was started with, and a mock dials with that.</summary>
public sealed class ZedProcessTests
{
    private static readonly JsonTypeInfo<JsonObject> s_json = (JsonTypeInfo<JsonObject>)JsonSerializerOptions.Web.GetTypeInfo(typeof(JsonObject));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "ZS1")]
    [Trait("rule", "ZS9")]
    public async Task A_Zed_works_over_kills_of_server_and_process_and_ends_with_its_agent()
    {
        using var folder = new TemporaryFolder();
        using var repository = new TemporaryRepository();
        await using var system = await SystemUnderTest.StartAsync();
        await using var zed = new MockZed(cancellationToken => DialAsync(folder["zed.env"], cancellationToken), TimeProvider.System);
        (zed.Behaviour.ReadyAfter, zed.Behaviour.ReconnectAfter) = (TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(50));
        zed.Behaviour.ReconnectAtMost = TimeSpan.FromMilliseconds(50);
        zed.Start();
        var agent = await CreateAsync(system, repository, $"sh -c 'echo Zed is here; env > {folder["zed.tmp"]}; mv {folder["zed.tmp"]} {folder["zed.env"]}; exec sleep 1000'", "say hold say");
        await zed.UntilAsync(one => one.Runs is [{ IsHeld: true }], "the first turn to be held");

        await system.KillServerAsync();
        await system.StartServerAsync();
        zed.Release();
        var done = await UntilAsync(system, agent, "the first turn to be done", one => LastTurn(one)?["state"]?.GetValue<string>() == "done");
        var worker = (string?)done["instance"]?["workerId"] ?? "";
        var first = system.KeeperOf(worker).ChildPid;

        await system.Api.SendAsync(HttpMethod.Post, $"/api/agents/{agent}/messages", new JsonObject { ["text"] = "say hang-once" }, s_json, Cancel);
        await zed.UntilAsync(one => one.Runs.Count == 2, "the second turn to run");
        File.Delete(folder["zed.env"]);
        SystemUnderTest.Kill(first);
        await zed.KillAsync();
        var failed = await UntilAsync(system, agent, "the second turn to fail", one => LastTurn(one)?["state"]?.GetValue<string>() == "failed");
        zed.Start();
        await system.Api.SendAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{(string?)LastTurn(failed)?["id"]}/retry", new JsonObject(), s_json, Cancel);
        await UntilAsync(system, agent, "the second turn to be done", one => LastTurn(one)?["state"]?.GetValue<string>() == "done");

        Assert.Equal(zed.Runs[0].Thread, zed.Runs[^1].Thread);
        Assert.Empty(zed.Problems);
        var second = system.KeeperOf(worker).ChildPid;
        Assert.NotEqual(first, second);
        await system.Api.SendAsync(HttpMethod.Patch, $"/api/agents/{agent}", new JsonObject { ["status"] = "completed" }, s_json, Cancel);
        await Patience.Until(() => !Directory.Exists($"/proc/{second}"), "the process to be ended");
    }

    private static JsonNode? LastTurn(JsonNode agent) => agent["turns"] is JsonArray { Count: > 0 } turns ? turns[^1] : null;

    private static async Task<WebSocket> DialAsync(string environment, CancellationToken cancellationToken)
    {
        var values = File.Exists(environment)
            ? File.ReadAllLines(environment).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1])
            : throw new IOException("It has not been started yet.");
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {values["ZED_HELIX_TOKEN"]}");
            await socket.ConnectAsync(new Uri($"ws://{values["ZED_HELIX_URL"]}/api/v1/external-agents/sync?session_id={values["HELIX_SESSION_ID"]}"), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> CreateAsync(SystemUnderTest system, TemporaryRepository repository, string command, string prompt)
    {
        var repositoryId = await system.AddRepositoryAsync(repository.Path);
        var made = JsonNode.Parse(await system.Api.SendAsync(
            HttpMethod.Post, "/api/agent-programs", new JsonObject { ["name"] = "Zed", ["protocol"] = "zed", ["acpCommand"] = command }, s_json, Cancel));
        var agent = JsonNode.Parse(await system.Api.SendAsync(
            HttpMethod.Post,
            "/api/agents",
            new JsonObject { ["taskRequest"] = prompt, ["repositoryId"] = repositoryId, ["agentProgramId"] = (string?)made?["agentProgram"]?["id"] },
            s_json,
            Cancel));
        return (string?)agent?["agent"]?["id"] ?? throw new InvalidOperationException("It was not created.");
    }

    private static async Task<JsonNode> UntilAsync(SystemUnderTest system, string agent, string what, Func<JsonNode, bool> isSo)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var now = JsonNode.Parse(await system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{agent}", Cancel)) ?? new JsonObject();
            if (isSo(now))
            {
                return now;
            }

            Assert.False(limit.IsCancellationRequested, $"Waited for {what}; it is {now.ToJsonString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }
}
