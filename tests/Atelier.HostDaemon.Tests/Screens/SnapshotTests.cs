using System.Text;
using Atelier.HostDaemon.Tests.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Terminal;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.Screens;

public sealed class SnapshotTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_snapshot_is_the_screen_of_a_running_worker_and_of_an_ended_one()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "printf '\\033]0;my title\\007hello'; read line; echo bye"));
        await machine.OutputHas(machine.Id("1"), "hello");

        Assert.StartsWith("hello\n", await TextAsync(link, machine.Id("1")), StringComparison.Ordinal);
        await link.ReportAsync(machine.Id("1"), report => report.Title == "my title", "the title");

        await using (var keeper = await KeeperConnection.OpenAsync((await link.AttachPointAsync(machine.Id("1"))).Socket, "me", Token))
        {
            await keeper.TypeAsync(1, "\r"u8.ToArray(), Token);
            await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Exited, "the exit");
        }

        Assert.Contains("bye", await TextAsync(link, machine.Id("1")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_has_the_size_that_a_viewer_gave()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "trap 'stty size' WINCH; while :; do sleep 0.05; done"));
        await using var keeper = await KeeperConnection.OpenAsync((await link.AttachPointAsync(machine.Id("1"))).Socket, null, Token);

        await keeper.ResizeAsync(100, 30, Token);
        await machine.OutputHas(machine.Id("1"), "30 100");

        var snapshot = await SnapshotAsync(link, machine.Id("1"));
        Assert.Equal((100, 30), (snapshot.Cols, snapshot.Rows));
    }

    [Fact]
    public async Task A_snapshot_is_the_same_after_the_daemon_was_killed()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "printf '\\033[?1049h\\033[31mred\\033[5;5Hthere'; sleep 600"));
        await machine.OutputHas(machine.Id("1"), "there");
        var before = await SnapshotAsync(link, machine.Id("1"));

        first.Kill();
        link = await machine.LinkAsync();

        Assert.Equal(before, await SnapshotAsync(link, machine.Id("1")));
    }

    [Fact]
    public async Task In_a_flood_a_snapshot_is_of_now()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "seq 1 3000000; echo THE END; sleep 600"));
        await machine.OutputHas(machine.Id("1"), "1\r\n");

        var during = await SnapshotAsync(link, machine.Id("1"));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SnapshotAsync(link, machine.Id("1"))));
        await machine.OutputHas(machine.Id("1"), "THE END");
        var text = await TextAsync(link, machine.Id("1"));

        Assert.True(during.Offset > 0);
        Assert.Contains("2999999\n3000000\nTHE END\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipes_have_no_screen()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600") with { Kind = WorkerKind.Protocol });

        Assert.Equal("invalid", await WorkerTests.ReasonAsync(SnapshotAsync(link, machine.Id("1"))));
    }

    private static Task<ScreenSnapshot> SnapshotAsync(TestLink link, string workerId) => link.AskAsync(
        HostMethods.ScreenSnapshot, new WorkerRequest(workerId), HostJson.Default.WorkerRequest, HostJson.Default.ScreenSnapshot);

    private static async Task<string> TextAsync(TestLink link, string workerId)
    {
        var snapshot = await SnapshotAsync(link, workerId);
        var screen = new Screen(snapshot.Cols, snapshot.Rows);
        screen.Feed(Encoding.UTF8.GetBytes(snapshot.Data));
        return screen.PlainText;
    }
}
