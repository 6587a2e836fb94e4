using System.Text.Json.Nodes;
using Atelier.Client.Api;
using Atelier.System.Tests.Agents.Real;
using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.System.Tests.Agents;

/// <summary>What a program needs of people before it works: a login, keys, servers of tools; under real keeper, daemon and server.</summary>
public sealed class LoginTests
{
    [Fact]
    [Trait("rule", "AL22")]
    [Trait("rule", "AL23")]
    [Trait("rule", "AL29")]
    public async Task A_person_logs_in_in_a_terminal_over_a_killed_server_and_the_task_goes_on_with_its_keys_and_tools()
    {
        using var folder = new TemporaryFolder();
        using var repository = new TemporaryRepository();
        var loggedIn = folder["logged-in"];
        var methods = new JsonArray(new JsonObject
        {
            ["id"] = "tty",
            ["name"] = "In a terminal",
            ["_meta"] = new JsonObject
            {
                ["terminal-auth"] = new JsonObject { ["command"] = "/bin/sh", ["args"] = new JsonArray("-c", $"printf 'Your code? '; read code; echo \"$code $TOOL_KEY\" > '{loggedIn}'") },
            },
        });
        var program = new ScriptedAgent(folder["agent"], new AgentScript().Resumes().NeedsLogin(loggedIn, methods).OnAnyPrompt(steps => steps.Say("Done.")));
        await using var system = await SystemUnderTest.StartAsync();
        var repositoryId = await system.AddRepositoryAsync(repository.Path);
        var programId = await system.AddProgramAsync("Scripted", command: null, acp: TemplateText.Of([.. program.Command]));
        await RealAgentTask.CallAsync(system, HttpMethod.Patch, $"/api/agent-programs/{programId}/environment", new JsonObject { ["variables"] = new JsonObject { ["TOOL_KEY"] = "k3y" } });
        await RealAgentTask.CallAsync(
            system, HttpMethod.Put, $"/api/agent-programs/{programId}/mcp-servers", Servers(new JsonObject { ["name"] = "web", ["type"] = "http", ["url"] = "https://t.test/mcp" }));
        await RealAgentTask.CallAsync(
            system,
            HttpMethod.Put,
            $"/api/repositories/{repositoryId}/mcp-servers",
            Servers(new JsonObject { ["name"] = "run", ["type"] = "stdio", ["command"] = "tools", ["env"] = new JsonObject { ["KEY"] = "s3cret" } }));

        var agent = await RealAgentTask.CreateAsync(system, repositoryId, programId, "Begin.");
        var asked = await agent.UntilAsync("the question", now => Task.FromResult(now["requests"] is JsonArray { Count: > 0 } open && (string?)open[0]?["what"] == "login" ? open[0] : null));
        await RealAgentTask.CallAsync(
            system, HttpMethod.Post, $"/api/inbox/{(string?)asked["id"]}/answer", new JsonObject { ["action"] = "accept", ["content"] = new JsonObject { ["methodId"] = "tty" } });
        await using (var terminal = await TerminalAsync(system, agent))
        {
            await terminal.Shows("Your code?");
            await system.KillServerAsync();
            await system.StartServerAsync();
            await terminal.TypeAsync("1234\r");
            var (turn, _) = await agent.OverAsync();
            Assert.True((string?)turn["state"] == "done", turn.ToJsonString());
        }

        Assert.Equal("1234 k3y\n", await File.ReadAllTextAsync(loggedIn, TestContext.Current.CancellationToken));
        Assert.Single(program.Prompts);
        Assert.Empty(program.Violations);
        var handed = program.Received("session/new").Last().Message?["params"]?["mcpServers"]?.AsArray() ?? [];
        Assert.Equal("""{"name":"run","command":"tools","args":[],"env":[{"name":"KEY","value":"s3cret"}]}""", handed.Single(one => (string?)one?["name"] == "run")?.ToJsonString());
        Assert.DoesNotContain(handed, one => (string?)one?["name"] == "web"); // it cannot use servers over HTTP
        Assert.DoesNotContain("s3cret", string.Join('\n', (await agent.EventsAsync()).Select(one => one.ToJsonString())), StringComparison.Ordinal);
        Assert.Null((await agent.ReadAsync())["instance"]?["login"]);
    }

    private static JsonObject Servers(JsonObject server) => new() { ["mcpServers"] = new JsonArray(server) };

    private static async Task<WatchedWorker> TerminalAsync(SystemUnderTest system, RealAgentTask agent)
    {
        var now = await agent.UntilAsync("the terminal", one => Task.FromResult((string?)one["instance"]?["login"]?["terminalId"] is not null && (string?)one["agent"]?["sessionId"] is not null ? one : null));
        var (session, worker) = ((string?)now["agent"]?["sessionId"] ?? "", (string?)now["instance"]?["login"]?["terminalId"] ?? "");
        await system.WorkerIs(session, worker, "running");
        return new WatchedWorker(system, session, worker);
    }
}
