using Atelier.Client.Agents;
using Atelier.Client.Api;
using Atelier.Client.Reviews;
using Atelier.System.Tests.Agents;
using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.System.Tests.Reviews;

/// <summary>Review and landing with real processes, a real daemon and real repositories.</summary>
public sealed class ReviewTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "RV1")]
    [Trait("rule", "RV3")]
    [Trait("rule", "RV4")]
    [Trait("rule", "RV5")]
    [Trait("rule", "RV6")]
    public async Task Work_is_looked_at_commented_brought_back_and_landed()
    {
        await using var system = await SystemUnderTest.StartAsync();
        var script = new AgentScript().OnPrompt("^first", steps => steps.Gate("first")).OnPrompt("^second", steps => steps.Gate("second")).OnAnyPrompt(steps => steps.Say("Yes."));
        var (made, first) = await AgentUnderTest.CreateAsync(system, script, "first");
        using var agent = made;
        await agent.Program.WaitAtGateAsync("first");
        var worktree = await agent.WorktreeAsync();
        await File.WriteAllTextAsync(Path.Combine(worktree, "README.md"), "hello\nto you\n", Cancel);
        await File.WriteAllTextAsync(Path.Combine(worktree, "new.txt"), "new\n", Cancel);
        agent.Program.OpenGate("first");
        await Patience.For(agent.OverAsync(first), "the first turn to end");
        var second = await agent.SendAsync("second");
        await agent.Program.WaitAtGateAsync("second");
        await File.WriteAllTextAsync(Path.Combine(worktree, "new.txt"), "other\n", Cancel);
        var busy = await Assert.ThrowsAsync<ProblemException>(() => LandAsync(system, agent, new Land("merge")));
        agent.Program.OpenGate("second");
        await Patience.For(agent.OverAsync(second), "the second turn to end");
        await CheckpointAsync(system, agent, second.Id, "after");

        var all = await DiffAsync(system, agent, "");
        var ofSecond = await DiffAsync(system, agent, $"?turn={second.Id}");
        Assert.Equal("/problems/turn-in-flight", busy.Problem.Type);
        Assert.Equal([("README.md", "modified", 1, 0), ("new.txt", "added", 1, 0)], all.Files.Select(file => (file.Path, file.Status, file.Additions, file.Deletions)));
        Assert.Equal(["-new", "+other"], Assert.Single(Assert.Single(ofSecond.Files).Hunks).Lines);

        await CallAsync(system, HttpMethod.Put, agent, "/viewed", new MarkViewed("new.txt", all.Files[1].Hash, Viewed: true), ApiJson.Default.MarkViewed);
        Assert.Equal([false, true], (await DiffAsync(system, agent, "")).Files.Select(file => file.Viewed));

        await CallAsync(system, HttpMethod.Post, agent, "/comments", new AddComment("README.md", 2, "To whom?"), ApiJson.Default.AddComment);
        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendCommentsAsync(system, agent, "same")));
        Assert.Single(sent.Select(one => one.TurnId).Distinct());
        Assert.Equal([("sent", "to you")], sent[0].Comments.Select(comment => (comment.State, comment.Quote)));
        await Patience.For(agent.OverAsync(new Turn(sent[0].TurnId, "", "", "", Problem: null)), "the comments to be read");
        Assert.Equal("Please look at these comments on your changes.\n\nREADME.md:2\n> to you\nTo whom?", agent.Program.Prompts[2]);

        await RestoreAsync(system, agent, await CheckpointAsync(system, agent, first.Id, "after"));
        Assert.Equal("new\n", await File.ReadAllTextAsync(Path.Combine(worktree, "new.txt"), Cancel));
        Assert.Equal([true, false], (await DiffAsync(system, agent, "")).Files.Select(file => file.Path == "README.md" || file.Viewed));
        var undo = (await CheckpointsAsync(system, agent)).Single(checkpoint => checkpoint.Which == "restore");
        await RestoreAsync(system, agent, undo.Id);
        Assert.Equal("other\n", await File.ReadAllTextAsync(Path.Combine(worktree, "new.txt"), Cancel));

        agent.Repository.Commit("README.md", "hello there\nto you\n", "Say otherwise");
        agent.Repository.Commit("README.md", "good day\n", "Say it once more");
        var forecast = ApiClient.Read(await system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{agent.Id}/forecast", Cancel), ApiJson.Default.ForecastAnswer).Forecast;
        Assert.Equal(["README.md"], forecast.Base.Conflicts);
        var uncommitted = await Assert.ThrowsAsync<ProblemException>(() => LandAsync(system, agent, new Land("squash")));
        var conflicts = await Assert.ThrowsAsync<ProblemException>(() => LandAsync(system, agent, new Land("squash", Commit: true)));
        var resolving = ApiClient.Read(
            await system.Api.SendAsync(HttpMethod.Post, $"/api/agents/{agent.Id}/land/resolve", new ResolveConflicts(), ApiJson.Default.ResolveConflicts, Cancel), ApiJson.Default.ResolveAnswer);
        Assert.Equal(("/problems/landing-uncommitted-work", "/problems/landing-conflicts"), (uncommitted.Problem.Type, conflicts.Problem.Type));
        Assert.Equal(["README.md"], resolving.Paths);
        await Patience.For(agent.OverAsync(new Turn(resolving.TurnId, "", "", "", Problem: null)), "the conflicts to be read");
        Assert.Contains("conflicts with main", agent.Program.Prompts[3], StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(worktree, "README.md"), "hello\n", Cancel);
        var landed = await LandAsync(system, agent, new Land("squash", "Say it", Commit: true, Complete: true));
        Assert.Equal(("landed", agent.Repository.Git("rev-parse", "main")), (landed.State, landed.Commit));
        Assert.Equal("other\n", await File.ReadAllTextAsync(Path.Combine(agent.Repository.Path, "new.txt"), Cancel));
        Assert.Equal($"Say it\n\nAtelier-Agent: {agent.Id}", agent.Repository.Git("log", "-1", "--format=%B"));
        var view = ApiClient.Read(await system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{agent.Id}", Cancel), ApiJson.Default.AgentAnswer).Agent;
        Assert.Equal(("completed", "landed"), (view.Status, view.Activity));
    }

    [Theory]
    [Trait("rule", "RV1")]
    [Trait("rule", "RV7")]
    [InlineData("server")]
    [InlineData("server and daemon")]
    public async Task A_landing_in_whose_middle_everything_is_killed_is_done_once(string killed)
    {
        await using var system = await SystemUnderTest.StartAsync();
        var (made, first) = await AgentUnderTest.CreateAsync(system, new AgentScript().OnAnyPrompt(steps => steps.Gate("end")), "first");
        using var agent = made;
        await agent.Program.WaitAtGateAsync("end");
        await system.KillServerAsync();
        agent.Program.OpenGate("end");
        await system.StartServerAsync();
        await Patience.For(agent.OverAsync(first), "the turn to end");
        await CheckpointAsync(system, agent, first.Id, "after"); // by the server that came after
        var (reached, gate) = (agent.Repository.Beside("reached"), agent.Repository.Beside("gate"));
        await File.WriteAllTextAsync(Path.Combine(await agent.WorktreeAsync(), "new.txt"), "new\n", Cancel);
        var hook = Path.Combine(agent.Repository.Path, ".git/hooks/pre-commit");
        Directory.CreateDirectory(Path.GetDirectoryName(hook) ?? "");
        await File.WriteAllTextAsync(hook, $"#!/bin/sh\ntouch '{reached}'\nuntil [ -e '{gate}' ]; do sleep 0.05; done\n", Cancel);
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var landing = Record.ExceptionAsync(() => LandAsync(system, agent, new Land("merge", "Land it", Commit: true), "once"));
        await Patience.Until(() => File.Exists(reached), "the landing to be in its middle");
        var daemon = system.DaemonPid;
        if (killed.Contains("daemon", StringComparison.Ordinal))
        {
            system.KillDaemon();
        }

        await system.KillServerAsync();
        await File.WriteAllTextAsync(gate, "", Cancel);
        await system.StartServerAsync();
        Assert.NotNull(await landing);
        await system.Ready();
        if (killed.Contains("daemon", StringComparison.Ordinal))
        {
            await system.DaemonOtherThan(daemon);
        }

        var landed = await Patience.For(UntilEndedAsync(system, agent), "the landing to end");
        var again = await LandAsync(system, agent, new Land("merge", "Land it", Commit: true), "once");

        Assert.Equal(("landed", landed.Commit), (landed.State, again.Commit));
        Assert.Equal(landed.Commit, agent.Repository.Git("rev-parse", "main"));
        Assert.Equal("1", agent.Repository.Git("rev-list", "--count", "--merges", "main"));
        Assert.Equal("new", agent.Repository.Git("show", "main:new.txt"));
    }

    private static async Task<Landing> UntilEndedAsync(SystemUnderTest system, AgentUnderTest agent)
    {
        while (true)
        {
            var landings = ApiClient.Read(await system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{agent.Id}/landings", Cancel), ApiJson.Default.LandingsAnswer).Landings;
            if (Assert.Single(landings) is { State: not "doing" } ended)
            {
                return ended;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }

    private static async Task<WorkDiff> DiffAsync(SystemUnderTest system, AgentUnderTest agent, string query) =>
        ApiClient.Read(await system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{agent.Id}/diff{query}", Cancel), ApiJson.Default.DiffAnswer).Diff;

    private static async Task<IReadOnlyList<Checkpoint>> CheckpointsAsync(SystemUnderTest system, AgentUnderTest agent) =>
        ApiClient.Read(await system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{agent.Id}/checkpoints", Cancel), ApiJson.Default.CheckpointsAnswer).Checkpoints;

    /// <summary>The id of a turn's checkpoint, once it is made.</summary>
    private static async Task<string> CheckpointAsync(SystemUnderTest system, AgentUnderTest agent, string turn, string which)
    {
        Checkpoint? found = null;
        await Patience.For(
            agent.UntilAsync(
                $"the checkpoint {which} {turn}",
                async () => (found = (await CheckpointsAsync(system, agent)).SingleOrDefault(one => one.TurnId == turn && one.Which == which && one.State == "made")) is not null),
            $"the checkpoint {which} {turn}");
        return found?.Id ?? "";
    }

    private static Task<string> RestoreAsync(SystemUnderTest system, AgentUnderTest agent, string checkpoint) =>
        system.Api.SendAsync(HttpMethod.Post, $"/api/agents/{agent.Id}/checkpoints/{checkpoint}/restore", Cancel);

    private static async Task<SentCommentsAnswer> SendCommentsAsync(SystemUnderTest system, AgentUnderTest agent, string key) => ApiClient.Read(
        await system.Api.SendAsync(HttpMethod.Post, $"/api/agents/{agent.Id}/comments/send", new SendComments(), ApiJson.Default.SendComments, Cancel, key), ApiJson.Default.SentCommentsAnswer);

    private static async Task<Landing> LandAsync(SystemUnderTest system, AgentUnderTest agent, Land land, string? key = null) => ApiClient.Read(
        await system.Api.SendAsync(HttpMethod.Post, $"/api/agents/{agent.Id}/land", land, ApiJson.Default.Land, Cancel, key), ApiJson.Default.LandingAnswer).Landing;

    private static Task<string> CallAsync<T>(
        SystemUnderTest system, HttpMethod method, AgentUnderTest agent, string route, T body, global::System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        system.Api.SendAsync(method, $"/api/agents/{agent.Id}{route}", body, type, Cancel);
}
