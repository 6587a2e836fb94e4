using System.Diagnostics;

namespace Atelier.System.Tests.Kills;

/// <summary>The row of the kill table in which keepers are killed, and their workers started anew.</summary>
public sealed class KeeperKillTests
{
    [Fact]
    [Trait("rule", "SW14")]
    [Trait("rule", "WS9")]
    public Task A_killed_keeper_takes_only_its_own_worker_along_which_goes_on_in_a_new_epoch() => KillKeepersAsync(KillTable.Rounds);

    [Fact]
    [Trait("kind", "soak")]
    public Task Hundreds_of_killed_keepers_take_only_their_own_worker_along() => KillKeepersAsync(KillTable.SoakRounds);

    private static async Task KillKeepersAsync(int rounds)
    {
        var random = KillTable.Seeded("Keeper", out var seed);
        var began = Stopwatch.StartNew();
        await using var system = await SystemUnderTest.StartAsync(KillTable.LogBytes);
        await using var other = await CountingWorker.StartAsync(system, KillTable.LinesPerSecond / 4);
        await using var worker = await CountingWorker.StartAsync(system, KillTable.LinesPerSecond);
        for (var round = 0; round < rounds; round++)
        {
            await worker.Progress(random.Next(1, 8_000));
            var epoch = worker.Epoch;
            system.KillKeeper(worker.Id);
            await system.WorkerIs(worker.SessionId, worker.Id, "lost");
            await system.RestartWorkerAsync(worker.SessionId, worker.Id);
            await worker.Until(() => worker.Epoch > epoch, $"an epoch after {epoch}");
        }

        await worker.Progress(1);
        await other.Progress(1);
        await worker.AssertAllThereOnceAsync($"Keeper, seed {seed}");
        await other.AssertAllThereOnceAsync($"Keeper of another, seed {seed}");
        Assert.Equal(1 + rounds, worker.Epoch);
        Assert.Equal((1, 0), (other.Epoch, other.Reconnects));
        TestContext.Current.TestOutputHelper?.WriteLine($"Keeper: {rounds} rounds in {began.Elapsed.TotalSeconds:F1} s, {worker}");
    }
}
