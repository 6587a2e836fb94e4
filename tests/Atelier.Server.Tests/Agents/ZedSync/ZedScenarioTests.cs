using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>Ways in which several lines of work share one Zed.</summary>
public sealed class ZedScenarioTests(ZedServer server) : IClassFixture<ZedServer>
{
    [Fact]
    [Trait("rule", "ZS14")]
    public async Task Feature_development()
    {
        var agent = await server.CreateAsync("say hold tool");
        var front = await server.AddWorkSessionAsync(agent, "Frontend UI");
        var tests = await server.AddWorkSessionAsync(agent, "Tests");
        await server.SendAsync(agent, "think say", front);
        await server.SendAsync(agent, "say tool say", tests);
        await server.UntilAsync(agent, one => one.Turns.Count(turn => turn.State == TurnState.Done) == 2, "the others to be done while the first goes on");
        server.Zeds.Of(agent).Release();
        await DoneAsync(agent, 3);

        await AssertOneInstanceAsync(agent, threads: 3);
    }

    [Fact]
    [Trait("rule", "ZS14")]
    public async Task Interactive_coding_session()
    {
        var agent = await server.CreateAsync("say");
        var main = (await server.AgentAsync(agent)).WorkSessions[0].Id.Value;
        await DoneAsync(agent, 1);
        await server.SendAsync(agent, "tool say", main);
        await DoneAsync(agent, 2);
        var debug = await server.AddWorkSessionAsync(agent, "Debug performance");
        await server.SendAsync(agent, "say", debug);
        await DoneAsync(agent, 3);
        await server.CallAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions/{debug}/complete");
        var refactor = await server.AddWorkSessionAsync(agent, "Refactor components");
        await server.SendAsync(agent, "think say", refactor);
        await server.SendAsync(agent, "say", main);
        await DoneAsync(agent, 5);

        await AssertOneInstanceAsync(agent, threads: 3);
        Assert.Equal(1, (await server.AgentAsync(agent)).Instance?.Epoch);
    }

    private Task<Agent> DoneAsync(string agent, int count) => server.UntilAsync(
        agent,
        one => server.Services.GetRequiredService<AgentRows>().TurnsAsync(one.Id, CancellationToken.None).Result.Count(turn => turn.State == TurnState.Done) == count,
        $"{count} turns to be done");

    private async Task AssertOneInstanceAsync(string agent, int threads)
    {
        var zed = server.Zeds.Of(agent);
        Assert.Equal(1, zed.Connections);
        Assert.Equal(threads, zed.Runs.Select(run => run.Thread).Distinct().Count());
        var said = zed.Runs.SelectMany(run => ZedConversation.Of(run)).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(said.OrderBy(one => one.Key, StringComparer.Ordinal), ZedConversation.Of(await server.EventsAsync(agent)));
        Assert.Empty(zed.Problems);
    }
}
