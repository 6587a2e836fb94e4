using System.Diagnostics;
using System.Globalization;

namespace Atelier.System.Tests.Kills;

/// <summary>
/// The kill table: while a program prints numbers and a client types numbered lines, processes are killed with SIGKILL at random moments. Afterwards every
/// number and every typed line is there exactly once.
/// </summary>
public sealed class KillTableTests
{
    private const int Rounds = 20;
    private const int RoundsThroughRelay = 4; // only the path of the bytes differs from the rows above; twenty of each belong to the long rounds, for time
    private const int SoakRounds = 500;
    private const int LinesPerSecond = 20_000;
    private const string LogBytes = "--Sessions:TerminalLogBytes=8589934592";

    public enum Victim
    {
        Server,
        Daemon,
        ServerAndDaemon,
        Postgres,
        Wire,
        Several,
    }

    [Theory]
    [Trait("rule", "SW13")]
    [InlineData(Victim.Server)]
    [InlineData(Victim.Daemon)]
    [InlineData(Victim.ServerAndDaemon)]
    [InlineData(Victim.Postgres)]
    [InlineData(Victim.Wire)]
    [InlineData(Victim.Several)]
    public Task Every_byte_and_every_typed_line_is_there_once_after_kills_of(Victim victim) => KillAsync(victim, Rounds);

    [Theory]
    [Trait("rule", "SW13")]
    [Trait("kind", "soak")]
    [InlineData(Victim.Server)]
    [InlineData(Victim.Daemon)]
    [InlineData(Victim.ServerAndDaemon)]
    [InlineData(Victim.Postgres)]
    [InlineData(Victim.Wire)]
    [InlineData(Victim.Several)]
    public Task Every_byte_and_every_typed_line_is_there_once_after_hundreds_of_kills_of(Victim victim) => KillAsync(victim, SoakRounds);

    [Theory]
    [Trait("rule", "SW16")]
    [Trait("rule", "HL7")]
    [InlineData(Victim.Daemon, RoundsThroughRelay)]
    [InlineData(Victim.Several, RoundsThroughRelay)]
    public Task Every_byte_and_every_typed_line_is_there_once_when_it_goes_through_the_daemon_as_from_another_machine(Victim victim, int rounds) =>
        KillAsync(victim, rounds, "--Host:AlwaysRelay=true");

    [Theory]
    [Trait("rule", "SW16")]
    [Trait("kind", "soak")]
    [InlineData(Victim.Daemon)]
    [InlineData(Victim.Several)]
    public Task Every_byte_and_every_typed_line_is_there_once_after_hundreds_of_kills_as_from_another_machine(Victim victim) =>
        KillAsync(victim, SoakRounds, "--Host:AlwaysRelay=true");

    [Fact]
    [Trait("rule", "SW14")]
    [Trait("rule", "WS9")]
    public Task A_killed_keeper_takes_only_its_own_worker_along_which_goes_on_in_a_new_epoch() => KillKeepersAsync(Rounds);

    [Fact]
    [Trait("kind", "soak")]
    public Task Hundreds_of_killed_keepers_take_only_their_own_worker_along() => KillKeepersAsync(SoakRounds);

    private static async Task KillKeepersAsync(int rounds)
    {
        var random = Seeded("Keeper", out var seed);
        var began = Stopwatch.StartNew();
        await using var system = await SystemUnderTest.StartAsync(LogBytes);
        await using var other = await CountingWorker.StartAsync(system, LinesPerSecond / 4);
        await using var worker = await CountingWorker.StartAsync(system, LinesPerSecond);
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

    private static Random Seeded(string row, out int seed)
    {
        seed = Environment.GetEnvironmentVariable("ATELIER_TEST_SEED") is { } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"{row}: seed {seed} (ATELIER_TEST_SEED repeats it)");
        return new Random(seed);
    }

    private static async Task KillAsync(Victim victim, int rounds, params string[] options)
    {
        var random = Seeded($"{victim}", out var seed);
        var began = Stopwatch.StartNew();
        await using var system = await SystemUnderTest.StartAsync([LogBytes, .. options]);
        await using var worker = await CountingWorker.StartAsync(system, LinesPerSecond);
        for (var round = 0; round < rounds; round++)
        {
            await worker.Progress(random.Next(1, 8_000));
            await KillAsync(system, victim, random);
        }

        await worker.Progress(1);
        await worker.AssertAllThereOnceAsync($"{victim}, seed {seed}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{victim}: {rounds} rounds in {began.Elapsed.TotalSeconds:F1} s, {worker}");
    }

    private static async Task KillAsync(SystemUnderTest system, Victim victim, Random random)
    {
        switch (victim)
        {
            case Victim.Server:
                await system.KillServerAsync();
                await system.StartServerAsync();
                break;
            case Victim.Daemon:
                var daemon = system.DaemonPid;
                system.KillDaemon();
                await system.DaemonOtherThan(daemon);
                break;
            case Victim.ServerAndDaemon:
                var last = system.DaemonPid;
                system.KillDaemon();
                await system.KillServerAsync();
                await system.StartServerAsync();
                await system.DaemonOtherThan(last);
                break;
            case Victim.Postgres:
                var postgres = system.Server.PostgresPid;
                await system.KillPostgresAsync();
                await system.PostgresOtherThan(postgres);
                await system.Ready();
                break;
            case Victim.Wire:
                system.Wire.Cut();
                break;
            case Victim.Several:
                await KillSeveralAsync(system, random);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static async Task KillSeveralAsync(SystemUnderTest system, Random random)
    {
        var (daemon, postgres) = (system.DaemonPid, system.Server.PostgresPid);
        var kills = new List<Func<Task>>
        {
            system.KillServerAsync,
            () => Done(system.KillDaemon),
            system.KillPostgresAsync,
            () => Done(() => system.Wire.Cut()),
        };
        var chosen = kills.Where(_ => random.Next(2) == 0).ToArray();
        random.Shuffle(chosen);
        foreach (var kill in chosen)
        {
            await kill();
        }

        if (system.Server.HasEnded)
        {
            await system.StartServerAsync();
        }

        if (chosen.Contains(kills[1]))
        {
            await system.DaemonOtherThan(daemon);
        }

        if (chosen.Contains(kills[2]))
        {
            await system.PostgresOtherThan(postgres);
        }

        await system.Ready();
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
