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
    public Task Codex_does_a_whole_task() => TaskAsync("codex-acp", "codex");

    [Theory]
    [InlineData("opencode", "opencode")]
    [InlineData("gemini", "gemini-cli")]
    [Trait("kind", "soak")]
    public Task Bigger_ones_do_a_whole_task(string name, string program) => TaskAsync(name, program);

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
    private static async Task TaskAsync(string name, string program)
    {
        var real = RealAgent.Named(name);
        using var folder = new TemporaryFolder();
        using var repository = new TemporaryRepository();
        await using var model = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: Cancel);
        await using var system = await SystemUnderTest.StartAsync();
        await InstallAsync(system, real, program);
        var variables = new JsonObject();
        foreach (var (variable, value) in real.Prepare(folder["home"], folder["work"], model.Address, RealAgentMode.Acp).Environment.Where(one => one.Key is not ("HOME" or "PATH")))
        {
            variables[variable] = value;
        }

        variables["XDG_CONFIG_HOME"] = folder["home/.config"];
        variables["XDG_DATA_HOME"] = folder["home/.local/share"];
        variables["GEMINI_CLI_HOME"] = folder["home"];
        await RealAgentTask.CallAsync(system, HttpMethod.Patch, $"/api/agent-programs/{program}/environment", new JsonObject { ["variables"] = variables });

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
}
