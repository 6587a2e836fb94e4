using System.Text.Json;
using System.Text.RegularExpressions;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;
using Atelier.TestKit;

namespace Atelier.HostDaemon.Tests.Workers;

public sealed partial class RestartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_daemon_killed_in_a_flood_takes_its_keepers_back_and_nothing_is_missing()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        var started = await link.StartAsync(machine.Shell(
            machine.Id("1"), "n=0; while [ $n -lt 200000 ]; do n=$((n+1)); echo \"#$n\"; done; echo THE END; sleep 600"));
        await machine.OutputHas(machine.Id("1"), "#1000\r\n");

        first.Kill();
        link = await machine.LinkAsync();

        var report = link.Hello.Workers.Single();
        Assert.Equal((WorkerRunState.Running, started.ChildPid, started.KeeperPid), (report.State, report.ChildPid, report.KeeperPid));
        await machine.OutputHas(machine.Id("1"), "THE END");
        var numbers = Number().Matches(machine.Output(machine.Id("1"))).Select(match => int.Parse(match.Groups["n"].ValueSpan));
        Assert.Equal(Enumerable.Range(1, 200_000), numbers);
        await link.EndAsync(machine.Id("1"));
        Assert.False(Processes.IsAlive(started.ChildPid ?? 0));
    }

    [Fact]
    [Trait("rule", "HL5")]
    public async Task What_ended_without_a_daemon_is_in_the_next_inventory()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        var lost = await link.StartAsync(machine.Shell(machine.Id("lost"), "sleep 600"));
        var exits = await link.StartAsync(machine.Shell(machine.Id("exits"), "read line; exit 5"));
        first.Kill();

        Processes.Kill(lost.KeeperPid ?? 0);
        await using (var typist = await KeeperConnection.OpenAsync(Places(machine.Id("exits")), "test", Token))
        {
            await typist.TypeAsync(1, "\r"u8.ToArray(), Token);
            await Patience.Until(() => !Processes.IsAlive(exits.ChildPid ?? 0), "the exit");
        }

        link = await machine.LinkAsync();
        Assert.Equal(WorkerRunState.Lost, link.Hello.Workers.Single(report => report.WorkerId == machine.Id("lost")).State);
        var ended = await link.ReportAsync(machine.Id("exits"), report => report.State == WorkerRunState.Exited, "the exit");
        Assert.Equal(5, ended.ExitCode);

        string Places(string workerId) => HostDaemon.Workers.WorkerPlaces.Of(machine.Data, workerId).Socket;
    }

    [Fact]
    public async Task A_daemon_that_is_asked_to_end_leaves_its_keepers()
    {
        await using var machine = await TestMachine.StartAsync();
        var daemon = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        var started = await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600"));

        daemon.Terminate();

        Assert.Equal(0, (await daemon.EndAsync()).Code);
        Assert.True(Processes.IsAlive(started.ChildPid ?? 0));
    }

    [Fact]
    public async Task Shutting_down_with_all_workers_leaves_nothing()
    {
        await using var machine = await TestMachine.StartAsync();
        var daemon = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        var workers = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(number => link.StartAsync(machine.Shell(machine.Id($"{number}"), "sleep 600"))));

        await link.AskAsync(
            HostMethods.Shutdown, new ShutdownRequest(EndWorkers: true), HostJson.Default.ShutdownRequest, HostJson.Default.Done);

        Assert.Equal(0, (await daemon.EndAsync()).Code);
        Assert.All(workers, worker => Assert.False(Processes.IsAlive(worker.ChildPid ?? 0)));
        Assert.Empty(Processes.Of(machine.Data));
    }

    [Fact]
    public async Task A_second_daemon_of_a_data_folder_says_who_has_it()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        await machine.Server.LinkAsync();

        var (code, _, error) = await machine.StartDaemon().EndAsync();

        Assert.Equal(3, code);
        Assert.Contains($"process {first.Pid}", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "KL11")]
    public async Task A_keeper_record_that_another_process_fits_by_number_only_is_not_believed()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600"));
        first.Kill();
        foreach (var process in Processes.Of(machine.Data))
        {
            Processes.Kill(process);
        }

        // As after a reuse of the number: the process is there, but it is this test.
        var file = Path.Combine(machine.Data.Worker(machine.Id("1")), "keeper.json");
        var record = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file, Token), KeeperJson.Default.KeeperRecord)!;
        var reused = record with { KeeperPid = Environment.ProcessId, ChildPid = Environment.ProcessId };
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(reused, KeeperJson.Default.KeeperRecord), Token);
        link = await machine.LinkAsync();
        Assert.Equal(WorkerRunState.Lost, link.Hello.Workers.Single().State);
        await link.EndAsync(machine.Id("1"), graceMilliseconds: 0);

        Assert.False(ProcessIdentity.IsAlive(reused.KeeperPid, reused.KeeperStartTime, reused.BootId));
    }

    [GeneratedRegex(@"#(?<n>\d+)\r\n", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Number();
}
