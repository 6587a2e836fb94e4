using Atelier.FakeModelServer;
using Atelier.FakeModelServer.Events;
using Atelier.TestKit.Agents;

namespace Atelier.TestKit.Tests.Agents;

/// <summary>The programs themselves against the model server. They are large, and installed apart; see <see cref="RealAgent"/>.</summary>
[Trait("kind", "soak")]
public sealed class RealAgentRunTests
{
    public static TheoryData<string> Names => [.. RealAgent.All.Where(agent => agent.TakesOneTurn).Select(agent => agent.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_real_program_plays_a_script_through_a_tool_call(string name)
    {
        var agent = RealAgent.Named(name);
        Assert.SkipUnless(agent.IsInstalled, $"{agent.Folder} is not there; tests/Atelier.TestKit/Agents/install {name}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["work"]);
        folder.Write("work/notes.txt", "kept");
        await using var server = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: patience.Token);
        var invocation = agent.Prepare(folder["home"], folder["work"], server.Address, RealAgentMode.OneTurn);

        var (exitCode, output) = await RealAgentRun.OneTurnAsync(
            invocation, folder["work"], "List it. %% run ls %% pace 50 %% say The list has been made.", patience.Token);

        Assert.True(exitCode == 0, output);
        Assert.Contains("The list has been made.", output, StringComparison.Ordinal);
        Assert.Equal(
            ["tools", "stop"],
            server.Events.Where(happened => happened is { Kind: ModelEventKind.Ended, Purpose: RequestPurpose.Turn })
                .Select(happened => happened.Detail));
    }
}
