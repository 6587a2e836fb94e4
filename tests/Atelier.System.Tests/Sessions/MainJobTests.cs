using Atelier.Client.Api;
using Atelier.FakeModelServer;
using Atelier.FakeModelServer.Events;
using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.System.Tests.Sessions;

/// <summary>What the product is for: a real agent program beside a shell on a branch of a repository with thousands of files, and a server that dies meanwhile.</summary>
public sealed class MainJobTests
{
    private const int Copies = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "SW10")]
    public async Task An_agent_finishes_its_work_and_a_shell_keeps_its_history_over_a_server_kill()
    {
        var agent = RealAgent.OpenCode;
        Assert.SkipUnless(agent.IsInstalled, $"{agent.Folder} is not there; tests/Atelier.TestKit/Agents/install {agent.Name}");
        using var repository = new TemporaryRepository();
        var files = Fill(repository);
        using var home = new TemporaryFolder();
        home.Write("scripts/work.script", "say Beginning-now.\nwait-for go\nsay Finished-it-all.\n"); // not in the prompt, which the program shows
        await using var model = await ModelServer.StartAsync(TimeProvider.System, scripts: home["scripts"], cancellationToken: Cancel);
        await using var system = await SystemUnderTest.StartAsync();
        var repositoryId = await system.AddRepositoryAsync(repository.Path);
        var program = await system.AddProgramAsync("OpenCode", Template(agent.Prepare(home.Path, repository.Path, model.Address)));

        var session = await system.CreateSessionAsync(new CreateSession(
            "worktree",
            RepositoryId: repositoryId,
            Branch: "lamp",
            AgentProgramId: program,
            InitialPrompt: "Look around. %% file work"));
        var shell = await system.CreateWorkerAsync(session.Id, ["/usr/bin/env", "HISTFILE=", "/bin/bash", "--norc"]); // without what was typed elsewhere before
        await using var watchedAgent = new WatchedWorker(system, session.Id, Assert.Single(session.Workers).Id, "agent-watcher");
        await using var watchedShell = new WatchedWorker(system, session.Id, shell.Id, "shell-typist");
        await watchedShell.TypeAsync("echo files: $(git ls-files | wc -l)\n");
        await watchedShell.Shows($"files: {files}");
        await watchedAgent.ShowsOnScreen("Beginning-now.");

        await system.KillServerAsync();
        model.Signal("go");
        await Patience.For(model.TurnEndedAsync(cancellationToken: Cancel), "the end of the turn while no server runs");
        await system.StartServerAsync();

        await watchedAgent.ShowsOnScreen("Finished-it-all.");
        await watchedShell.TypeAsync("history\n");
        await watchedShell.Shows("1  echo files:");
        Assert.Contains(model.Events, happened => happened is { Kind: ModelEventKind.Ended, Purpose: RequestPurpose.Turn, Detail: "stop" });
        TestContext.Current.TestOutputHelper?.WriteLine($"{agent.Name} {agent.Version} in a worktree of {files} files.");
    }

    /// <summary>The files of this checkout, several times over, each time in a commit of its own; how many there are then.</summary>
    private static int Fill(TemporaryRepository repository)
    {
        var sources = new[] { "src", "tests", "web/src", "docs" }.SelectMany(folder => Directory.EnumerateFiles(
            Path.Combine(Checkout.Root, folder), "*", SearchOption.AllDirectories)).Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal)).ToArray();
        for (var copy = 0; copy < Copies; copy++)
        {
            foreach (var source in sources)
            {
                var target = Path.Combine(repository.Path, $"copy-{copy}", Path.GetRelativePath(Checkout.Root, source));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(source, target);
            }

            repository.Git("add", "--all", "--force");
            repository.Git("commit", "--quiet", "-m", $"Copy {copy}");
        }

        return repository.Git("ls-files").Split('\n').Length;
    }

    private static string Template(RealAgentInvocation invocation) => TemplateText.Of(
        ["/usr/bin/env", .. invocation.Environment.Select(variable => $"{variable.Key}={variable.Value}"), .. invocation.Command, "--prompt", "{{PROMPT}}"]);
}
