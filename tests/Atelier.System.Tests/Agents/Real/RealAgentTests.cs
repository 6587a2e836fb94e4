using System.Text.Json.Nodes;
using Atelier.Client.Api;
using Atelier.FakeModelServer;
using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.System.Tests.Agents.Real;

/// <summary>Programs that nobody here wrote, over our own interface: a whole task each.</summary>
public sealed class RealAgentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Codex_does_a_whole_task()
    {
        var real = RealAgent.Named("codex-acp");
        using var folder = new TemporaryFolder();
        await using var model = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: Cancel);
        await using var system = await SystemUnderTest.StartAsync();
        await InstallAsync(system, real, "codex");
        var variables = new JsonObject();
        foreach (var (name, value) in real.Prepare(folder["home"], folder["work"], model.Address, RealAgentMode.Acp).Environment.Where(one => one.Key is not ("HOME" or "PATH")))
        {
            variables[name] = value;
        }

        await RealAgentTask.CallAsync(system, HttpMethod.Patch, "/api/agent-programs/codex/environment", new JsonObject { ["variables"] = variables });
        await TaskAsync(system, "codex", goesOn: true);
    }

    [Theory]
    [InlineData("opencode", true)]
    [InlineData("gemini", false)] // it cannot load a conversation within the minute it began in
    [Trait("kind", "soak")]
    public async Task Bigger_ones_do_a_whole_task(string name, bool goesOn)
    {
        var real = RealAgent.Named(name);
        using var folder = new TemporaryFolder();
        await using var model = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: Cancel);
        await using var system = await SystemUnderTest.StartAsync();
        var invocation = real.Prepare(folder["home"], folder["work"], model.Address, RealAgentMode.Acp);
        var executable = Path.Combine(await NpmPackages.FolderAsync(real.Package, real.Version), "node_modules/.bin", Path.GetFileName(invocation.Command[0]));
        var variables = invocation.Environment.Where(one => one.Key != "PATH").Select(one => $"{one.Key}={one.Value}");
        var program = await system.AddProgramAsync(name, command: null, acp: TemplateText.Of(["env", .. variables, executable, .. invocation.Command.Skip(1)]));
        await TaskAsync(system, program, goesOn);
    }

    /// <summary>The way of a newcomer: asked to, npm puts a program into the data folder, and it is there to be started.</summary>
    [Fact]
    [Trait("kind", "soak")]
    public async Task A_program_is_installed_by_npm_and_removed()
    {
        await using var system = await SystemUnderTest.StartAsync();
        foreach (var (verb, version) in new[] { ("install", "0.16.0"), ("uninstall", null) })
        {
            await RealAgentTask.CallAsync(system, HttpMethod.Post, $"/api/agent-programs/codex/{verb}", []);
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            while (await CodexAsync(system) is not { } codex || (string?)codex["install"]?["state"] is not "done")
            {
                Assert.False(limit.IsCancellationRequested, (await CodexAsync(system))?.ToJsonString());
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
            }

            Assert.Equal(version, (string?)(await CodexAsync(system))?["installedVersion"]);
        }
    }

    [Fact]
    public async Task The_official_example_agent_is_driven()
    {
        var folder = await NpmPackages.FolderAsync("@agentclientprotocol/sdk", "1.9.0");
        using var repository = new TemporaryRepository();
        await using var system = await SystemUnderTest.StartAsync();
        var example = Path.Combine(folder, "node_modules/@agentclientprotocol/sdk/dist/examples/agent.js");
        var program = await system.AddProgramAsync("Example", command: null, acp: TemplateText.Of(["node", example]));

        var agent = await RealAgentTask.CreateAsync(system, await system.AddRepositoryAsync(repository.Path), program, "Do something.");
        var (turn, asked) = await agent.OverAsync();

        Assert.Equal(("done", "end_turn", 1), ((string?)turn["state"], (string?)turn["stopReason"], asked));
        Assert.NotEqual("", await agent.SaidAsync((string?)turn["id"]));
        Assert.Contains(await agent.EventsAsync(), one => (string?)one["kind"] == "tool-call" && (string?)one["payload"]?["status"] == "completed");
    }

    /// <summary>Permission, edit, command, cancel, and the conversation gone on with after its process was killed.</summary>
    private static async Task TaskAsync(SystemUnderTest system, string program, bool goesOn)
    {
        using var repository = new TemporaryRepository();
        var agent = await RealAgentTask.CreateAsync(
            system, await system.AddRepositoryAsync(repository.Path), program, "Do it. %% run echo made > made.txt %% run cat made.txt %% say All is done.");
        var (first, asked) = await agent.OverAsync();
        var worktree = (string?)(await agent.ReadAsync())["instance"]?["projectPath"] ?? "";
        Assert.True((string?)first["state"] == "done", first.ToJsonString());
        Assert.InRange(asked, 1, 9);
        Assert.Equal("made\n", await File.ReadAllTextAsync(Path.Combine(worktree, "made.txt"), Cancel));
        Assert.Contains("All is done.", await agent.SaidAsync((string?)first["id"]), StringComparison.Ordinal);
        Assert.Contains(await agent.EventsAsync(), one => (string?)one["kind"] == "tool-call");

        var second = await agent.SendAsync("Wait. %% say I wait. %% wait 300s %% say never");
        await agent.UntilAsync("the second turn to run", now => Task.FromResult(now["turns"]?.AsArray().FirstOrDefault(one => (string?)one?["id"] == second && (string?)one?["state"] == "running")));
        await agent.CallAsync(HttpMethod.Post, $"/turns/{second}/cancel");
        var (cancelled, _) = await agent.OverAsync(second);
        Assert.Equal("cancelled", (string?)cancelled["state"]);

        if (!goesOn)
        {
            return;
        }

        var worker = (string?)(await agent.ReadAsync())["instance"]?["workerId"] ?? "";
        SystemUnderTest.Kill(system.KeeperOf(worker).ChildPid);
        await agent.UntilAsync("the process to be gone", now => Task.FromResult((string?)now["instance"]?["status"] == "pending" ? now : null));
        var third = await agent.SendAsync("Go on. %% say We go on.");
        var (gone, _) = await agent.OverAsync(third);
        Assert.True((string?)gone["state"] == "done", gone.ToJsonString());
        Assert.Contains("We go on.", await agent.SaidAsync(third), StringComparison.Ordinal);
        Assert.DoesNotContain("All is done.", await agent.SaidAsync(third), StringComparison.Ordinal);
    }

    /// <summary>As if it had been installed by us: the folder of all runs takes the place of a version.</summary>
    private static async Task InstallAsync(SystemUnderTest system, RealAgent real, string program)
    {
        var installed = await NpmPackages.FolderAsync(real.Package, real.Version);
        var folder = Directory.CreateDirectory(Path.Combine(system.Data.Programs, program)).FullName;
        Directory.CreateSymbolicLink(Path.Combine(folder, real.Version), installed);
        await File.WriteAllTextAsync(Path.Combine(folder, "current"), real.Version, Cancel);
    }

    private static async Task<JsonNode?> CodexAsync(SystemUnderTest system) =>
        JsonNode.Parse(await system.Api.SendAsync(HttpMethod.Get, "/api/agent-programs", Cancel))?["agentPrograms"]?.AsArray().First(one => (string?)one?["id"] == "codex");
}
