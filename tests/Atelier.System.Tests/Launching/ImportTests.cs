using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.System.Tests.Launching;

/// <summary>What <c>atelier import agent-console</c> does on the machine where that ran.</summary>
public sealed class ImportTests
{
    private const int NoProcess = 4_000_000; // below the kernel's limit, above what a test machine reaches

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "SW25")]
    public async Task An_import_ends_what_is_surely_an_orphan_and_nothing_else_and_does_nothing_twice()
    {
        await using var atelier = await InstalledAtelier.MakeAsync();
        await atelier.Up().ReadyAsync();
        await atelier.ProcessesUntilAsync(processes => processes.Contains("daemon"), "a daemon");
        using var folder = new TemporaryFolder();
        using var orphan = StartIn(folder.Path);
        using var older = StartIn(folder.Path);
        using var elsewhere = StartIn("/");
        using var owned = StartIn(folder.Path);
        var now = TimeProvider.System.GetUtcNow();
        await File.WriteAllTextAsync(
            folder["sessions.json"],
            $"[{Session("s-1", NoProcess, ("w-1", orphan.Id, now), ("w-2", older.Id, now.AddMinutes(-1)), ("w-3", elsewhere.Id, now))}, {Session("s-2", Environment.ProcessId, ("w-4", owned.Id, now))}]",
            Cancel);

        var first = await atelier.CliAsync("import", "agent-console", folder.Path);
        var second = await atelier.CliAsync("import", "agent-console", folder.Path, "--json");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.True(orphan.HasExited, $"The orphan was not ended:\n{first.Said}{first.Complained}");
        Assert.Equal([false, false, false], [older.HasExited, elsewhere.HasExited, owned.HasExited]);
        Assert.Contains($"ended the orphan process {orphan.Id}", first.Said, StringComparison.Ordinal);
        Assert.All([older.Id, elsewhere.Id, owned.Id], left => Assert.Contains($"left process {left}", first.Said, StringComparison.Ordinal));
        var again = JsonNode.Parse(second.Said);
        Assert.Equal((0, 2), ((int?)again?["imported"]?["sessions"]?["added"], (int?)again?["imported"]?["sessions"]?["known"]));
        Assert.Equal(3, again?["processes"]?.AsArray().Count);

        var deleted = await atelier.CliAsync("sessions", "delete", "s-2", "--json");
        Assert.Equal((0, "{}"), (deleted.ExitCode, deleted.Said.Trim()));
        Assert.False(owned.HasExited, "Deleting an imported session ended a process that was never ours.");
        foreach (var left in new[] { older, elsewhere, owned })
        {
            left.Kill();
        }

        string Session(string id, int server, params (string Id, int Pid, DateTimeOffset CreatedAt)[] workers) => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id":"{{id}}","type":"quick","locationPath":"{{folder.Path}}","serverPid":{{server}},"createdAt":"{{now:O}}","workers":[{{string.Join(',', workers.Select(Worker))}}]}""");

        static string Worker((string Id, int Pid, DateTimeOffset CreatedAt) worker) => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id":"{{worker.Id}}","type":"terminal","name":"{{worker.Id}}","pid":{{worker.Pid}},"createdAt":"{{worker.CreatedAt:O}}"}""");
    }

    [Fact]
    [Trait("rule", "SW25")]
    public async Task A_half_written_file_is_left_and_copied_and_nothing_is_imported()
    {
        const string Half = """[{"id":"s-1","type":"quick","loc""";
        await using var atelier = await InstalledAtelier.MakeAsync();
        await atelier.Up().ReadyAsync();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["sessions.json"], Half, Cancel);

        var answer = await atelier.CliAsync("import", "agent-console", folder.Path);

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("Nothing was imported", answer.Complained, StringComparison.Ordinal);
        Assert.Equal(Half, await File.ReadAllTextAsync(folder["sessions.json"], Cancel));
        var copy = Assert.Single(Directory.GetFiles(Path.Combine(atelier.Data, "quarantine"), "sessions.json", SearchOption.AllDirectories));
        Assert.Equal(Half, await File.ReadAllTextAsync(copy, Cancel));
    }

    /// <summary>A process that does not heed being asked to end, as a shell at a terminal does not.</summary>
    private static Process StartIn(string folder)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' TERM; while :; do sleep 1; done"]) { WorkingDirectory = folder };
#pragma warning disable RS0030 // the tests' own adapter
        return Process.Start(start) ?? throw new InvalidOperationException("There is no shell.");
#pragma warning restore RS0030
    }
}
