using System.Diagnostics;
using System.Globalization;

namespace Atelier.System.Tests.Kills;

/// <summary>
/// The kill table: while a program prints numbers and a client types numbered lines, processes are killed with SIGKILL at random moments. Afterwards every
/// number and every typed line is there exactly once.
/// </summary>
internal static class KillTable
{
    public const int Rounds = 20;
    public const int SoakRounds = 500;
    public const int LinesPerSecond = 20_000;
    public const string LogBytes = "--Sessions:TerminalLogBytes=8589934592";

    public static Random Seeded(string row, out int seed)
    {
        seed = Environment.GetEnvironmentVariable("ATELIER_TEST_SEED") is { } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"{row}: seed {seed} (ATELIER_TEST_SEED repeats it)");
        return new Random(seed);
    }

    public static async Task KillAsync(Victim victim, int rounds, params string[] options)
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
