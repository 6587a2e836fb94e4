using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Atelier.Client.Api;
using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.System.Tests.Agents;

/// <summary>A real program that speaks the Agent Client Protocol, under a real keeper, daemon and server, wants files and terminals.</summary>
public sealed class EffectTests
{
    private static readonly JsonTypeInfo<JsonObject> s_json = (JsonTypeInfo<JsonObject>)JsonSerializerOptions.Web.GetTypeInfo(typeof(JsonObject));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "AL13")]
    [Trait("rule", "AL17")]
    [Trait("rule", "AL18")]
    [Trait("rule", "AL19")]
    public async Task Files_and_terminals_are_served_over_kills_of_server_and_daemon()
    {
        using var folder = new TemporaryFolder();
        using var repository = new TemporaryRepository();
        var program = new ScriptedAgent(folder["agent"], new AgentScript().Resumes().HasModes("ask", "code"));
        await using var system = await SystemUnderTest.StartAsync();
        var agent = await CreateAsync(system, program, repository);
        await program.WaitForPromptAsync("Begin.");
        var worktree = await UntilAsync(system, agent, "the first turn to end", one => (string?)one["turns"]?[0]?["state"] == "done" ? (string?)one["instance"]?["projectPath"] : null);
        var workSession = (string?)(await GetAsync(system, agent))["workSessions"]?[0]?["id"] ?? "";

        program.Follow(new AgentScript().Resumes().HasModes("ask", "code").OnPrompt("work", steps => steps
            .ReadFile($"{worktree}/README.md")
            .WriteFile($"{worktree}/new/file.txt", "written\n")
            .ReadFile("/etc/passwd")
            .RunInTerminal("/bin/sh", "-c", "pwd; until test -e go; do sleep 0.05; done; echo gone on; exit 3")
            .Ask("terminal/output", new JsonObject { ["terminalId"] = "$terminalId" }, tells: true)));
        await system.Api.SendAsync(HttpMethod.Patch, $"/api/agents/{agent}/work-sessions/{workSession}", new JsonObject { ["modeId"] = "code" }, s_json, Cancel);
        await program.WaitForAsync(entry => entry is { What: "received", Method: "session/set_mode" }, "the mode");
        SystemUnderTest.Kill(system.KeeperOf((string?)(await GetAsync(system, agent))["instance"]?["workerId"] ?? "").ChildPid);
        await UntilAsync(system, agent, "the program to be gone", one => (string?)one["instance"]?["status"] == "pending" ? "" : null);
        await system.Api.SendAsync(HttpMethod.Post, $"/api/agents/{agent}/messages", new JsonObject { ["text"] = "Now work." }, s_json, Cancel);
        await program.WaitForAsync(entry => entry is { What: "sent", Method: "terminal/wait_for_exit" }, "the program to wait");

        await system.KillServerAsync();
        await system.StartServerAsync();
        system.KillDaemon();
        await File.WriteAllTextAsync($"{worktree}/go", "", Cancel);
        await UntilAsync(system, agent, "the second turn to end", one => one["turns"] is JsonArray { Count: > 0 } turns && (string?)turns[^1]?["state"] is "done" or "failed" ? "" : null, atLeast: 2, program);

        var answers = program.Answers().ToDictionary(answer => answer.Id, answer => answer.Answer, StringComparer.Ordinal);
        var asked = program.Transcript.Where(entry => entry.What == "sent" && entry.Method is { } method && (method.StartsWith("fs/", StringComparison.Ordinal) || method.StartsWith("terminal/", StringComparison.Ordinal)))
            .Select(entry => answers[entry.Message!["id"]!.ToJsonString()]).ToList(); // requests have ids
        Assert.Equal("hello\n", (string?)asked[0]["result"]?["content"]);
        Assert.Equal("written\n", await File.ReadAllTextAsync($"{worktree}/new/file.txt", Cancel));
        Assert.Equal(-32602, (int?)asked[2]["error"]?["code"]);
        Assert.Equal((3, null), ((int?)asked[4]["result"]?["exitCode"], (string?)asked[4]["result"]?["signal"]));
        Assert.Equal($"{worktree}\ngone on\n", (string?)asked[5]["result"]?["output"]);
        Assert.Equal(3, (int?)asked[5]["result"]?["exitStatus"]?["exitCode"]);
        Assert.Equal("{}", asked[6]["result"]?.ToJsonString());
        Assert.Equal(-32002, (int?)asked[7]["error"]?["code"]);
        Assert.Equal(2, program.Received("session/set_mode").Count());
        Assert.Empty(program.Violations);
        var session = await system.SessionAsync((string?)(await GetAsync(system, agent))["agent"]?["sessionId"] ?? "");
        Assert.Contains(session.Workers, worker => worker.Type == "terminal");
    }

    private static async Task<string> CreateAsync(SystemUnderTest system, ScriptedAgent program, TemporaryRepository repository)
    {
        var repositoryId = await system.AddRepositoryAsync(repository.Path);
        var made = JsonNode.Parse(await system.Api.SendAsync(
            HttpMethod.Post, "/api/agent-programs", new JsonObject { ["name"] = "Scripted", ["acpCommand"] = TemplateText.Of(program.Command) }, s_json, Cancel));
        var agent = JsonNode.Parse(await system.Api.SendAsync(
            HttpMethod.Post,
            "/api/agents",
            new JsonObject { ["taskRequest"] = "Begin.", ["repositoryId"] = repositoryId, ["agentProgramId"] = (string?)made?["agentProgram"]?["id"] },
            s_json,
            Cancel));
        return (string?)agent?["agent"]?["id"] ?? throw new InvalidOperationException("It was not created.");
    }

    private static async Task<JsonNode> GetAsync(SystemUnderTest system, string agent) =>
        JsonNode.Parse(await system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{agent}", Cancel)) ?? throw new InvalidOperationException("There is no such agent.");

    /// <summary>Waits until an agent is as it should be; gives what it was looked at for.</summary>
    private static async Task<string> UntilAsync(
        SystemUnderTest system, string agent, string what, Func<JsonNode, string?> look, int atLeast = 0, ScriptedAgent? program = null)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var now = await GetAsync(system, agent);
            if (look(now) is { } found && (program?.Prompts.Length ?? 0) >= atLeast)
            {
                return found;
            }

            Assert.False(limit.IsCancellationRequested, $"Waited for {what}; it is {now.ToJsonString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }
}
