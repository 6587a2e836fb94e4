using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.Tests.Workers;

public sealed class WorkerTests
{
    [Fact]
    public async Task A_started_worker_runs_and_its_end_is_reported()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        var started = await link.StartAsync(machine.Shell(machine.Id("1"), "echo hello; read line; exit 7"));
        Assert.Equal((WorkerRunState.Running, 1), (started.State, started.Epoch));
        await machine.OutputHas(machine.Id("1"), "hello");
        Processes.Signal(started.ChildPid ?? 0, 1);

        var ended = await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Exited, "the exit");
        Assert.Equal((null, "HUP", null), (ended.ExitCode, ended.Signal, ended.ChildPid));
    }

    [Fact]
    public async Task A_process_that_ends_at_once_is_started_and_ended()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        await link.StartAsync(machine.Shell(machine.Id("1"), "exit 3"));

        var ended = await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Exited, "the exit");
        Assert.Equal((1, 3), (ended.Epoch, ended.ExitCode));
    }

    [Fact]
    [Trait("rule", "HL4")]
    public async Task Starting_again_answers_with_what_is()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var request = machine.Shell(machine.Id("1"), "sleep 600");

        var first = await link.StartAsync(request);
        var both = await Task.WhenAll(link.StartAsync(request), link.StartAsync(request));
        await link.EndAsync(machine.Id("1"), graceMilliseconds: 0);
        var afterwards = await link.StartAsync(request);

        Assert.All(both, again => Assert.Equal(first.ChildPid, again.ChildPid));
        Assert.Equal((WorkerRunState.Exited, "KILL"), (afterwards.State, afterwards.Signal));
    }

    [Fact]
    public async Task A_restart_is_the_next_epoch_below_a_divider()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "echo before"));
        await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Exited, "the exit");

        var restarted = await link.StartAsync(machine.Shell(machine.Id("1"), "echo after; sleep 600", epoch: 2) with { Divider = "started again" });

        Assert.Equal((WorkerRunState.Running, 2), (restarted.State, restarted.Epoch));
        await machine.OutputHas(machine.Id("1"), "after");
        Assert.Matches("(?s)^before.*started again.*after", machine.Output(machine.Id("1")));
    }

    [Fact]
    public async Task A_worker_has_its_marker_and_none_of_our_secrets()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync(
            ("ATELIER_SECRET", "x"), ("CLAUDECODE", "1"), ("CLAUDE_CODE_SESSION_ID", "x"), ("THEIRS", "kept"), ("GONE", "x"));

        await link.StartAsync(machine.Shell(machine.Id("1"), "env; echo done") with
        {
            Environment = new Dictionary<string, string?> { ["ATELIER_PORT"] = "4000", ["GONE"] = null, ["ATELIER_WORKER_ID"] = "other" },
        });

        await machine.OutputHas(machine.Id("1"), "done");
        var lines = machine.Output(machine.Id("1")).Split("\r\n");
        Assert.Contains($"ATELIER_WORKER_ID={machine.Id("1")}", lines);
        Assert.Contains("ATELIER_PORT=4000", lines);
        Assert.Contains("TERM=xterm-256color", lines);
        Assert.Contains("COLORTERM=truecolor", lines);
        Assert.Contains("THEIRS=kept", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("ATELIER_SECRET", StringComparison.Ordinal)
            || line.StartsWith("CLAUDE", StringComparison.Ordinal) || line.StartsWith("GONE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_command_it_is_the_login_shell()
    {
        await using var machine = await TestMachine.StartAsync();
        await File.WriteAllTextAsync($"{machine.Home}/.profile", "echo this is a login shell\n", TestContext.Current.CancellationToken);
        var link = await machine.LinkAsync(("SHELL", "/bin/sh"));

        await link.StartAsync(machine.Shell(machine.Id("1"), "") with { Command = null });

        await machine.OutputHas(machine.Id("1"), "this is a login shell");
    }

    [Fact]
    [Trait("rule", "HL3")]
    public async Task What_cannot_be_started_is_refused_with_the_reason()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync(("PATH", "/usr/bin:/bin"));
        var good = machine.Shell(machine.Id("1"), "sleep 600");

        Assert.Equal("command-not-found", await ReasonAsync(link.StartAsync(good with { Command = ["no-such-program"] })));
        Assert.Equal("cwd-not-found", await ReasonAsync(link.StartAsync(good with { Cwd = "/no/such/folder" })));
        Assert.Equal("invalid", await ReasonAsync(link.StartAsync(good with { WorkerId = "../escape" })));
        Assert.Equal("invalid", await ReasonAsync(link.StartAsync(good with { Epoch = 0 })));
        Assert.Equal("not-found", await ReasonAsync(link.AttachPointAsync(machine.Id("1"))));
        Assert.Equal(WorkerRunState.Running, (await link.StartAsync(good)).State);
    }

    [Fact]
    public async Task A_sandbox_that_this_machine_cannot_make_is_refused_with_what_to_install()
    {
        Assert.SkipWhen(File.Exists("/usr/bin/bwrap"), "bubblewrap is installed here");
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        var refusal = await Assert.ThrowsAsync<JsonRpcException>(
            () => link.StartAsync(machine.Shell(machine.Id("1"), "true") with { Sandbox = SandboxKind.Bubblewrap }));

        Assert.Equal("refused", refusal.Reason);
        Assert.Contains("apt install bubblewrap", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_input_is_typed_once_the_program_has_fallen_quiet()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        await link.StartAsync(machine.Shell(machine.Id("1"), "echo ready; read line; echo \"got <$line>\"; sleep 600") with
        {
            InitialInput = "fix the tests",
        });

        await machine.OutputHas(machine.Id("1"), "got <fix the tests>");
    }

    [Fact]
    public async Task A_keeper_has_a_session_of_its_own_and_none_of_the_daemons_descriptors()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        var keeper = (await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600"))).KeeperPid ?? 0;

        var stat = (await File.ReadAllTextAsync($"/proc/{keeper}/stat", TestContext.Current.CancellationToken)).Split(' ');
        Assert.Equal((keeper, keeper), (int.Parse(stat[4]), int.Parse(stat[5])));
        var files = Directory.EnumerateFiles($"/proc/{keeper}/fd").Select(file => new FileInfo(file).LinkTarget ?? "").ToList();
        Assert.DoesNotContain(files, file => file.Contains("daemon.lock", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.StartsWith("socket:", StringComparison.Ordinal) && IsInternet(file));
    }

    [Fact]
    public async Task An_ended_worker_can_be_removed_and_a_running_one_cannot()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600"));
        Task<Done> Remove() => link.AskAsync(
            HostMethods.RemoveWorker, new WorkerRequest(machine.Id("1")), HostJson.Default.WorkerRequest, HostJson.Default.Done);

        Assert.Equal("in-use", await ReasonAsync(Remove()));
        await link.EndAsync(machine.Id("1"));
        await Remove();
        await Remove();

        Assert.False(Directory.Exists(machine.Data.Worker(machine.Id("1"))));
        Assert.Equal("not-found", await ReasonAsync(link.AttachPointAsync(machine.Id("1"))));
    }

    [Fact]
    public async Task A_protocol_program_has_pipes_and_no_divider()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        await link.StartAsync(machine.Shell(machine.Id("1"), "test -t 0 || echo pipes; sleep 600") with
        {
            Kind = WorkerKind.Protocol,
            Divider = "never seen",
        });

        await machine.OutputHas(machine.Id("1"), "pipes");
        Assert.Equal("pipes\n", machine.Output(machine.Id("1")));
        Assert.Equal(WorkerKind.Protocol, (await link.ReportAsync(machine.Id("1"), _ => true, "a report")).Kind);
    }

    internal static async Task<string?> ReasonAsync(Task request) =>
        (await Assert.ThrowsAsync<JsonRpcException>(() => request)).Reason;

    private static bool IsInternet(string socket)
    {
        var inode = socket["socket:[".Length..^1];
        return File.ReadLines("/proc/net/tcp").Any(line => line.Contains($" {inode} ", StringComparison.Ordinal));
    }
}
