using System.Net;
using Atelier.Client.Api;
using Atelier.TestKit;

namespace Atelier.System.Tests.Sessions;

/// <summary>Sessions and their workers as a client meets them, through every process of ours.</summary>
public sealed class SessionJourneyTests
{
    private const string Agent = """/bin/sh -c 'echo "it was told $1 in $PWD"; exec cat' agent {{PROMPT}}""";
    private const string AgainAgent = """/bin/sh -c 'echo "it goes on"; exec cat'""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "SW1")]
    [Trait("rule", "SW3")]
    public async Task A_worktree_session_has_a_worktree_of_its_branch_and_its_first_agent()
    {
        using var repository = new TemporaryRepository();
        await using var system = await SystemUnderTest.StartAsync();
        var repositoryId = await system.AddRepositoryAsync(repository.Path);
        var program = await system.AddProgramAsync("Echo", Agent, AgainAgent);

        var session = await system.CreateSessionAsync(
            new CreateSession("worktree", RepositoryId: repositoryId, Branch: "lamp", AgentProgramId: program, InitialPrompt: "hello"));

        Assert.Equal(("worktree", repositoryId, "lamp"), (session.Type, session.RepositoryId, session.Branch));
        Assert.Equal("lamp", TemporaryRepository.GitIn(session.LocationPath, "branch", "--show-current"));
        Assert.True(File.Exists(Path.Combine(session.LocationPath, "README.md")));
        var agent = Assert.Single(session.Workers);
        Assert.Equal(("agent", program), (agent.Type, agent.AgentProgramId));
        await using var watched = new WatchedWorker(system, session.Id, agent.Id);
        await watched.Shows($"it was told hello in {session.LocationPath}");
    }

    [Fact]
    [Trait("rule", "SW2")]
    [Trait("rule", "SW4")]
    [Trait("rule", "SW5")]
    [Trait("rule", "SW6")]
    [Trait("rule", "SW7")]
    public async Task A_quick_session_takes_several_workers_each_with_bytes_of_its_own_until_they_are_closed()
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemUnderTest.StartAsync();
        var program = await system.AddProgramAsync("Echo", Agent);
        var session = await system.CreateSessionAsync(
            new CreateSession("quick", LocationPath: folder.Path, AgentProgramId: program, InitialPrompt: "hello"));
        var first = await system.CreateWorkerAsync(session.Id, ["/bin/sh", "-c", "stty -echo; pwd; exec cat"]);
        var second = await system.CreateWorkerAsync(session.Id, ["/bin/sh", "-c", "stty -echo; exec cat"]);

        Assert.Equal(("quick", folder.Path), (session.Type, session.LocationPath));
        var there = (await system.SessionAsync(session.Id)).Workers;
        Assert.Equal(["agent", "terminal", "terminal"], there.Select(worker => worker.Type));
        Assert.Equal(3, there.Select(worker => worker.Name).Distinct(StringComparer.Ordinal).Count());

        await using (var one = new WatchedWorker(system, session.Id, first.Id, "one"))
        await using (var other = new WatchedWorker(system, session.Id, second.Id, "other"))
        {
            await one.Shows(folder.Path);
            await one.TypeAsync("for the first\n");
            await other.TypeAsync("for the second\n");
            await one.Shows("for the first");
            await other.Shows("for the second");
            Assert.DoesNotContain("second", one.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("first", other.Text, StringComparison.Ordinal);
        }

        await using (var again = new WatchedWorker(system, session.Id, first.Id, "again"))
        {
            await again.Shows("for the first");
        }

        var childOfFirst = system.KeeperOf(first.Id).ChildPid;
        await system.Api.SendAsync(HttpMethod.Delete, $"/api/sessions/{session.Id}/workers/{first.Id}", Cancel);
        Assert.Equal(["agent", "terminal"], (await system.SessionAsync(session.Id)).Workers.Select(worker => worker.Type));
        await Patience.Until(() => !Directory.Exists($"/proc/{childOfFirst}"), "the closed worker's program to be gone");
        await using var stillThere = new WatchedWorker(system, session.Id, second.Id, "still");
        await stillThere.TypeAsync("still here\n");
        await stillThere.Shows("still here");
    }

    [Fact]
    [Trait("rule", "SW9")]
    public async Task A_session_whose_repository_is_gone_can_be_deleted_and_leaves_its_folder()
    {
        using var repository = new TemporaryRepository();
        await using var system = await SystemUnderTest.StartAsync();
        var repositoryId = await system.AddRepositoryAsync(repository.Path);
        var session = await system.CreateSessionAsync(new CreateSession("worktree", RepositoryId: repositoryId, Branch: "lamp"));
        await File.WriteAllTextAsync(Path.Combine(session.LocationPath, "unsaved"), "work", Cancel);
        Directory.Delete(repository.Path, recursive: true);

        await system.Api.SendAsync(HttpMethod.Delete, $"/api/sessions/{session.Id}", Cancel);

        Assert.Equal("work", await File.ReadAllTextAsync(Path.Combine(session.LocationPath, "unsaved"), Cancel));
        await Assert.ThrowsAsync<ProblemException>(() => system.SessionAsync(session.Id));
    }

    [Fact]
    [Trait("rule", "SW8")]
    [Trait("rule", "SW9")]
    public async Task Deleting_a_session_ends_all_its_programs_and_asks_before_work_is_lost()
    {
        using var repository = new TemporaryRepository();
        await using var system = await SystemUnderTest.StartAsync();
        var repositoryId = await system.AddRepositoryAsync(repository.Path);
        var session = await system.CreateSessionAsync(new CreateSession("worktree", RepositoryId: repositoryId, Branch: "lamp"));
        var worker = await system.CreateWorkerAsync(session.Id, ["/bin/sh", "-c", "setsid sleep 600 & echo $! > child; exec sleep 600"]);
        var child = Path.Combine(session.LocationPath, "child");
        await Patience.Until(() => File.Exists(child) && File.ReadAllText(child).EndsWith('\n'), "the child in a session of its own");
        var runaway = File.ReadAllText(child).Trim();

        var asked = await Assert.ThrowsAsync<ProblemException>(() => system.Api.SendAsync(HttpMethod.Delete, $"/api/sessions/{session.Id}", Cancel));

        Assert.Equal(HttpStatusCode.Conflict, asked.Status);
        Assert.True(Directory.Exists($"/proc/{runaway}"), "A refused deletion ended a program.");
        await system.Api.SendAsync(HttpMethod.Delete, $"/api/sessions/{session.Id}?discardWork=true", Cancel);
        Assert.Empty(await system.SessionsAsync());
        Assert.False(Directory.Exists($"/proc/{runaway}"), "A program outlived its session.");
        Assert.False(Directory.Exists(session.LocationPath), "The worktree is still there.");
        Assert.False(Directory.Exists(system.Data.Worker(worker.Id)), "The log is still there.");
    }

    [Fact]
    [Trait("rule", "SW10")]
    [Trait("rule", "SW11")]
    [Trait("rule", "SW12")]
    public async Task After_a_restart_everything_is_there_and_a_lost_agent_goes_on_when_it_is_asked_to()
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemUnderTest.StartAsync();
        var program = await system.AddProgramAsync("Echo", Agent, AgainAgent);
        var before = await system.CreateSessionAsync(
            new CreateSession("quick", LocationPath: folder.Path, AgentProgramId: program, InitialPrompt: "hello"));
        var agent = Assert.Single(before.Workers);
        await using var watched = new WatchedWorker(system, before.Id, agent.Id);
        await watched.Shows("it was told hello");

        await system.KillServerAsync();
        await system.StartServerAsync();
        await watched.TypeAsync("over the restart\n");
        await watched.Shows("over the restart");
        Assert.Equal(agent.Id, Assert.Single((await system.SessionAsync(before.Id)).Workers).Id);

        system.KillKeeper(agent.Id);
        await system.WorkerIs(before.Id, agent.Id, "lost");
        Assert.DoesNotContain("it goes on", watched.Text, StringComparison.Ordinal);
        await system.RestartWorkerAsync(before.Id, agent.Id);
        await watched.Shows("it goes on");
        Assert.True(
            watched.Text.IndexOf("it was told hello", StringComparison.Ordinal) < watched.Text.IndexOf("started again", StringComparison.Ordinal),
            $"The old output does not stand above the divider:\n{watched.Text}");
    }
}
