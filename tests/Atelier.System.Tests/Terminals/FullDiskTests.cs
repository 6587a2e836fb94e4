using System.Diagnostics;
using Atelier.System.Tests.Kills;

namespace Atelier.System.Tests.Terminals;

/// <summary>A disk without room, under the logs of workers.</summary>
public sealed class FullDiskTests
{
    private const int LinesPerSecond = 100_000;

    [Fact]
    [Trait("rule", "SW22")]
    public async Task A_full_disk_holds_programs_back_says_so_and_loses_nothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
        await using var system = SystemUnderTest.At();
        var logs = system.Data.Workers;
        Directory.CreateDirectory(logs);
        Run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", logs);
        try
        {
            await system.StartAllAsync();
            await using var worker = await CountingWorker.StartAsync(system, LinesPerSecond);
            await worker.Until(() => worker.Held == "disk-full", "the news of a full disk");
            var last = worker.Output.LastNumber;

            Run("mount", "-o", "remount,size=512m", logs);
            await worker.Until(() => worker.Held is null && worker.Output.LastNumber > last, "output after there is room again");
            await worker.AssertAllThereOnceAsync("full disk");
        }
        finally
        {
            await system.DeleteSessionsAsync();
            Run("umount", "--lazy", logs);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
#pragma warning disable RS0030 // the tests' own adapter
        using var process = Process.Start(program, arguments);
#pragma warning restore RS0030
        process.WaitForExit();
        Assert.SkipUnless(process.ExitCode == 0 || program != "mount", "this machine lets nobody mount");
    }
}
