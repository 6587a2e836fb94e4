using System.Diagnostics;
using System.Globalization;
using Atelier.TestKit;
using Atelier.TestKit.Servers;

namespace Atelier.System.Tests.Servers;

/// <summary>
/// What a person reads when the server cannot start; the exit code tells the launcher that trying again is of no use.
/// </summary>
public sealed class ServerStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_data_folder_of_another_PostgreSQL_is_refused_and_left_alone()
    {
        _folder.Write("data/postgres/PG_VERSION", "17\n");

        await AssertRefusedAsync("belongs to PostgreSQL 17", []);

        Assert.Equal(
            ["PG_VERSION"], Directory.EnumerateFileSystemEntries(_folder["data/postgres"]).Select(Path.GetFileName));
    }

    [Fact]
    public Task Something_else_in_the_place_of_PostgreSQLs_folder_is_refused()
    {
        _folder.Write("data/postgres/notes.txt", "mine");

        return AssertRefusedAsync("is not a PostgreSQL data folder", []);
    }

    [Fact]
    public Task A_data_folder_that_cannot_be_written_is_refused()
    {
        _folder.Write("data", "a file");

        return AssertRefusedAsync("cannot be written", []);
    }

    [Fact]
    public Task An_address_that_others_reach_needs_somebody_who_has_logged_in() =>
        AssertRefusedAsync("before somebody has logged in", ["--bind", "0.0.0.0"]);

    [Fact]
    public Task A_switch_that_nobody_knows_is_refused() =>
        AssertRefusedAsync("does not know --prot", ["--prot", "7421"]);

    [Fact]
    public Task A_setting_that_makes_no_sense_is_refused() =>
        AssertRefusedAsync("--bind takes an address", ["--bind", "everywhere"]);

    [Fact]
    public Task A_database_that_is_not_there_may_be_there_later() =>
        AssertRefusedAsync(
            "The database cannot be used", ["--database", $"Host={_folder.Path};Database=none;Timeout=2"], exitCode: 1);

    [Fact]
    public async Task A_port_that_is_taken_is_refused()
    {
        await using var server = await ServerProcess.StartAsync(_folder["other"], Cancel, "--Host:Enabled=false");

        await AssertRefusedAsync("Choose another --port", ["--port", $"{server.Address.Port}"]);

        Assert.False(Directory.Exists(_folder["data/postgres"])); // nothing was started for it
    }

    [Fact]
    public async Task A_PostgreSQL_that_somebody_else_started_on_the_folder_is_left_alone()
    {
        await using (var server = await ServerProcess.StartAsync(_folder["data"], Cancel, "--Host:Enabled=false"))
        {
            await server.KillAsync();
        }

        // As if it had been started by hand: our mark is missing from its command line.
        var pidFile = _folder["data/postgres/postmaster.pid"];
        var lines = await File.ReadAllLinesAsync(pidFile, Cancel);
        using var ours = Process.GetProcessById(int.Parse(lines[0], CultureInfo.InvariantCulture));
#pragma warning disable RS0030 // a process that is not ours
        using var foreign = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "read -r line", "postgres", _folder["data/postgres"]])
            {
                RedirectStandardInput = true,
                UseShellExecute = false,
            });
#pragma warning restore RS0030
        Assert.NotNull(foreign);
        lines[0] = $"{foreign.Id}";
        await File.WriteAllLinesAsync(pidFile, lines, Cancel);

        await AssertRefusedAsync($"somebody else started (process {foreign.Id})", []);

        Assert.False(foreign.HasExited);
        foreign.Kill();
        ours.Kill();
    }

    public void Dispose() => _folder.Dispose();

    private async Task AssertRefusedAsync(string reason, string[] arguments, int exitCode = 2)
    {
        await using var server = await ServerProcess.StartAsync(_folder["data"], Cancel, ["--Host:Enabled=false", .. arguments]);

        Assert.Equal(exitCode, await server.EndAsync());
        Assert.Contains(reason, server.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at Atelier", server.Said, StringComparison.Ordinal);
    }
}
