using System.Diagnostics;
using Atelier.HostDaemon.Workers.Processes;
using Atelier.Protocol.HostLink;
using Atelier.TestKit;

namespace Atelier.HostDaemon.Tests.Workers;

[Trait("rule", "HL10")]
public sealed class EndingTests
{
    [Fact]
    public async Task Every_process_of_a_worker_ends_wherever_it_went()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var pids = new[] { "job", "session", "orphan", "deaf", "bare" };
        await link.StartAsync(machine.Shell(machine.Id("1"), $"""
            set -m
            sleep 600 & echo $! > {machine.Path("job")}
            setsid sh -c 'echo $$ > {machine.Path("session")}; exec sleep 600' &
            (setsid sh -c 'echo $$ > {machine.Path("orphan")}; exec sleep 600' &) &
            sh -c 'trap "" TERM HUP INT; echo $$ > {machine.Path("deaf")}; while :; do sleep 0.05; done' &
            env -i setsid sh -c 'echo $$ > {machine.Path("bare")}; exec sleep 600' &
            wait
            """));
        var started = await Task.WhenAll(pids.Select(name => Processes.PidIn(machine.Path(name))));

        var reply = await link.EndAsync(machine.Id("1"), graceMilliseconds: 300);

        Assert.Empty(reply.Left);
        Assert.True(reply.Ended >= 6, $"{reply.Ended} ended");
        Assert.All(started, pid => Assert.False(Processes.IsAlive(pid), $"{pid} lives"));
        await link.ReportAsync(
            machine.Id("1"), report => report is { State: WorkerRunState.Exited, KeeperPid: null }, "the end of the keeper");
    }

    [Fact]
    public async Task An_interactive_shell_ends_without_waiting_for_the_grace_time()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "") with { Command = ["/bin/bash", "--norc", "-i"] });
        await machine.OutputHas(machine.Id("1"), "bash-");

        var began = Stopwatch.StartNew();
        await link.EndAsync(machine.Id("1"), graceMilliseconds: 30_000);

        Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), $"took {began.Elapsed}");
    }

    [Fact]
    public async Task Processes_of_nobody_and_of_other_workers_are_left_alone()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var other = await link.StartAsync(machine.Shell(machine.Id("12"), "sleep 600"));
        using var nobody = Start("sleep", ("ATELIER_WORKER_ID", machine.Id("1") + "0"), ("X", $"ATELIER_WORKER_ID={machine.Id("1")}"), ("XATELIER_WORKER_ID", machine.Id("1")));
        await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600"));

        await link.EndAsync(machine.Id("1"));

        Assert.True(Processes.IsAlive(other.ChildPid ?? 0));
        Assert.False(nobody.HasExited);
        nobody.Kill();
    }

    [Fact]
    public async Task Orphans_of_a_killed_keeper_are_found_by_their_marker()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var started = await link.StartAsync(machine.Shell(
            machine.Id("1"), $"setsid sh -c 'trap \"\" HUP; echo $$ > {machine.Path("orphan")}; while :; do sleep 0.05; done' & wait"));
        var orphan = await Processes.PidIn(machine.Path("orphan"));
        Processes.Kill(started.KeeperPid ?? 0);
        await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Lost, "the loss");
        Assert.True(Processes.IsAlive(orphan));

        var reply = await link.EndAsync(machine.Id("1"), graceMilliseconds: 200);

        Assert.Empty(reply.Left);
        Assert.False(Processes.IsAlive(orphan));
    }

    [Fact]
    public async Task Processes_of_a_worker_that_the_daemon_does_not_know_are_found_by_their_marker()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        using var forgotten = Start("sleep", ("ATELIER_WORKER_ID", machine.Id("1")));

        var reply = await link.EndAsync(machine.Id("1"), graceMilliseconds: 200);

        Assert.Equal(1, reply.Ended);
        Assert.Empty(reply.Left);
        Assert.False(Processes.IsAlive(forgotten.Id));
    }

    [Fact]
    public async Task A_lost_worker_starts_again_without_what_was_left_of_it()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var started = await link.StartAsync(machine.Shell(
            machine.Id("1"), $"setsid sh -c 'trap \"\" HUP; echo $$ > {machine.Path("orphan")}; while :; do sleep 0.05; done' & wait"));
        var orphan = await Processes.PidIn(machine.Path("orphan"));
        Processes.Kill(started.KeeperPid ?? 0);
        await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Lost, "the loss");

        var again = await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600", epoch: 2));

        Assert.Equal((WorkerRunState.Running, 2), (again.State, again.Epoch));
        Assert.False(Processes.IsAlive(orphan));
    }

    [Fact]
    [Trait("rule", "HL4")]
    public async Task Ending_what_has_ended_succeeds()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "true"));
        await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Exited, "the exit");

        Assert.Equal(0, (await link.EndAsync(machine.Id("1"))).Ended);
        Assert.Equal(0, (await link.EndAsync(machine.Id("never"))).Ended);
    }

    [Fact]
    public void A_signal_never_reaches_another_process_of_the_same_number()
    {
        using var process = Start("sleep");
        var seen = LiveProcess.Find(process.Id);
        Assert.NotNull(seen);
        var earlier = seen with { StartTime = seen.StartTime - 1 };

        Assert.True(ProcessSignal.Send(earlier, ProcessSignal.Kill, _ => true));
        Assert.True(ProcessSignal.Send(seen, ProcessSignal.Kill, _ => false));
        Assert.False(process.WaitForExit(TimeSpan.FromMilliseconds(200)));

        Assert.True(ProcessSignal.Send(seen, ProcessSignal.Kill, _ => true));
        Assert.True(process.WaitForExit(Patience.Limit));
    }

    [Theory]
    [InlineData("12 (sleep) S 1 12 12 0 -1 4194560 85 0 0 0 0 0 0 0 20 0 1 0 12345 5 6", "sleep", 1, false)]
    [InlineData("12 (a ) b (c) Z 7 12 12 0 -1 4194560 85 0 0 0 0 0 0 0 20 0 1 0 12345 5 6", "a ) b (c", 7, true)]
    public void A_process_is_read_whatever_its_name(string stat, string name, int parent, bool isGone)
    {
        Assert.Equal(new LiveProcess(12, 12345, parent, name, isGone), LiveProcess.Read(12, stat));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12 (sleep S 1")]
    [InlineData("12 (sleep) S 1 12")]
    [InlineData(")(")]
    public void A_torn_description_is_no_process(string stat)
    {
        Assert.Null(LiveProcess.Read(12, stat));
    }

    private static Process Start(string program, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, ["600"]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

#pragma warning disable RS0030 // a process that is none of ours
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
#pragma warning restore RS0030
    }
}
