using Atelier.System.Tests.Kills;
using Atelier.TestKit;

namespace Atelier.System.Tests.Servers;

/// <summary>A new build beside workers that the old one started.</summary>
public sealed class UpgradeTests
{
    private const int LinesPerSecond = 2000;

    [Fact]
    [Trait("rule", "SW26")]
    [Trait("rule", "KL1")]
    public async Task Keepers_of_the_build_before_are_taken_over_and_new_ones_are_of_the_new_build()
    {
        using var versions = new TemporaryFolder();
        var old = Copy(versions, "old");
        var next = Copy(versions, "new");
        await using var system = await SystemUnderTest.StartAsync($"--Host:Daemon={old}");
        await using var worker = await CountingWorker.StartAsync(system, LinesPerSecond);
        var keeper = system.KeeperOf(worker.Id).KeeperPid;
        Assert.StartsWith(versions["old"], ProgramOf(keeper), StringComparison.Ordinal);

        var daemon = system.DaemonPid;
        await system.KillServerAsync();
        system.KillDaemon();
        Directory.Move(versions["old"], versions["removed"]);
        await system.StartServerWithAsync($"--Host:Daemon={next}");
        await system.DaemonOtherThan(daemon);
        await worker.Progress(1000);
        await using var another = await CountingWorker.StartAsync(system, LinesPerSecond);

        Assert.Equal(keeper, system.KeeperOf(worker.Id).KeeperPid);
        Assert.StartsWith(versions["new"], ProgramOf(system.DaemonPid), StringComparison.Ordinal);
        Assert.StartsWith(versions["new"], ProgramOf(system.KeeperOf(another.Id).KeeperPid), StringComparison.Ordinal);
        await worker.AssertAllThereOnceAsync("upgrade");
        await another.AssertAllThereOnceAsync("after the upgrade");
    }

    /// <summary>Daemon and keeper as a build of their own; the daemon's program.</summary>
    private static string Copy(TemporaryFolder versions, string name)
    {
        foreach (var (project, folder) in new[] { ("Atelier.HostDaemon", "daemon"), ("Atelier.Keeper", "keeper") })
        {
            var from = Path.GetDirectoryName(Checkout.ProgramOf(project))!; // a program lies in a folder
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(versions[name], folder, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
        }

        return Path.Combine(versions[name], "daemon", "Atelier.HostDaemon");
    }

    private static string ProgramOf(int pid) => new FileInfo($"/proc/{pid}/exe").LinkTarget ?? "";
}
