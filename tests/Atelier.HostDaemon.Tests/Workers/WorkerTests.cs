using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.Tests.Workers;

public sealed class WorkerTests
{
    [Fact]
    public async Task A_started_worker_runs_and_its_exit_is_reported()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        var started = await link.StartAsync(machine.Shell("wrk_1", "echo hello; read line; exit 7"));
        Assert.Equal((WorkerRunState.Running, 1), (started.State, started.Epoch));
        await machine.OutputHas("wrk_1", "hello");
        Processes.Signal(started.ChildPid ?? 0, 1);

        var ended = await link.ReportAsync("wrk_1", report => report.State == WorkerRunState.Exited, "the exit");
        Assert.Equal((null, "HUP", null), (ended.ExitCode, ended.Signal, ended.ChildPid));
    }
}
