using Atelier.HostDaemon.Tests.Workers;
using Atelier.Protocol.HostLink;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.AgentAdapters.Terminals;

/// <summary>Real daemons and keepers.</summary>
public sealed class TerminalTailTests
{
    [Fact]
    [Trait("rule", "AL18")]
    public async Task The_end_of_what_was_printed_is_given_while_it_runs_and_after_it_ended()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "printf '\\033[31mone\\033[0m\\nzw\\303\\266lf\\n'; read line; exit 7"));
        await machine.OutputHas(machine.Id("1"), "zwölf");

        var running = await TailAsync(link, machine.Id("1"), 1000);
        var cut = await TailAsync(link, machine.Id("1"), 5);
        await link.EndAsync(machine.Id("1"), graceMilliseconds: 0);
        var ended = await TailAsync(link, machine.Id("1"), 1000);

        Assert.Equal(new TailReply("one\nzwölf\n", IsTruncated: false, WorkerRunState.Running, ExitCode: null, Signal: null), running);
        Assert.Equal(new TailReply("ölf\n", IsTruncated: true, WorkerRunState.Running, ExitCode: null, Signal: null), cut);
        Assert.Equal(new TailReply("one\nzwölf\n", IsTruncated: false, WorkerRunState.Exited, ExitCode: null, Signal: "KILL"), ended);
    }

    [Fact]
    [Trait("rule", "AL18")]
    public async Task Of_a_terminal_whose_keeper_was_killed_nobody_knows_how_it_ended()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var started = await link.StartAsync(machine.Shell(machine.Id("1"), "echo said; sleep 600"));
        await machine.OutputHas(machine.Id("1"), "said");
        Processes.Signal(started.KeeperPid ?? 0, 9);
        await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Lost, "the loss");

        var tail = await TailAsync(link, machine.Id("1"), 1000);

        Assert.Equal(new TailReply("said\n", IsTruncated: false, WorkerRunState.Lost, ExitCode: null, Signal: null), tail);
    }

    [Fact]
    [Trait("rule", "AL17")]
    public async Task A_terminal_of_a_program_runs_within_its_worktree_only()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var worktree = Directory.CreateDirectory(machine.Path("worktree")).FullName;
        Directory.CreateDirectory(Path.Combine(worktree, "src"));
        Directory.CreateSymbolicLink(Path.Combine(worktree, "out"), "/usr");
        var within = machine.Shell(machine.Id("1"), "pwd") with { Cwd = Path.Combine(worktree, "src"), Within = worktree };

        await link.StartAsync(within);
        await machine.OutputHas(machine.Id("1"), "worktree/src");

        Assert.Equal("outside", await WorkerTests.ReasonAsync(link.StartAsync(within with { WorkerId = machine.Id("2"), Cwd = Path.Combine(worktree, "out") })));
        Assert.Equal("outside", await WorkerTests.ReasonAsync(link.StartAsync(within with { WorkerId = machine.Id("3"), Cwd = "/" })));
    }

    [Fact]
    [Trait("rule", "AL14")]
    [Trait("rule", "AL16")]
    public async Task Files_are_read_and_written_over_a_link()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var worktree = Directory.CreateDirectory(machine.Path("worktree")).FullName;
        var file = Path.Combine(worktree, "a.txt");
        await File.WriteAllTextAsync(file, "one\n", TestContext.Current.CancellationToken);

        var read = await link.AskAsync(HostMethods.ReadText, new ReadTextRequest(worktree, file), HostJson.Default.ReadTextRequest, HostJson.Default.ReadTextReply);
        await link.AskAsync(
            HostMethods.WriteText, new WriteTextRequest("req_1", worktree, file, "two\n", read.Hash), HostJson.Default.WriteTextRequest, HostJson.Default.WriteTextReply);
        var refused = WorkerTests.ReasonAsync(link.AskAsync(
            HostMethods.ReadText, new ReadTextRequest(worktree, "/etc/passwd"), HostJson.Default.ReadTextRequest, HostJson.Default.ReadTextReply));

        Assert.Equal("one\n", read.Text);
        Assert.Equal("two\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal("outside", await refused);
    }

    private static Task<TailReply> TailAsync(TestLink link, string worker, int maxBytes) => link.AskAsync(
        HostMethods.ReadTail, new ReadTailRequest(worker, maxBytes), HostJson.Default.ReadTailRequest, HostJson.Default.TailReply);
}
