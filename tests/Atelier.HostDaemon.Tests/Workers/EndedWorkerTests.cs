using System.Text;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;

namespace Atelier.HostDaemon.Tests.Workers;

public sealed class EndedWorkerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_ended_worker_is_read_as_from_a_keeper_also_by_a_later_daemon()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "echo the last words; exit 3"));
        await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Exited, "the exit");
        Assert.Equal(("the last words\r\n", 3), await ReadAsync((await link.AttachPointAsync(machine.Id("1"))).Socket));

        first.Kill();
        link = await machine.LinkAsync();
        var point = await link.AttachPointAsync(machine.Id("1"));

        Assert.False(point.Live);
        Assert.Equal(("the last words\r\n", 3), await ReadAsync(point.Socket));
        await using var channel = await KeeperConnection.OpenAsync(await link.OpenChannelAsync(machine.Id("1")), null, Token);
        Assert.Contains(KeeperProtocol.EndedAbility, channel.Hello.Abilities);
    }

    [Fact]
    public async Task Readers_of_an_ended_worker_are_let_go_when_it_starts_again()
    {
        await using var machine = await TestMachine.StartAsync();
        machine.StartDaemon().Kill();
        var link = await machine.LinkAsync();
        var started = await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600"));
        Processes.Kill(started.KeeperPid ?? 0);
        await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Lost, "the loss");
        await using var reader = await KeeperConnection.OpenAsync((await link.AttachPointAsync(machine.Id("1"))).Socket, null, Token);

        await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600", epoch: 2));

        Assert.Null(await Patience.For(reader.ReadAsync(Token).AsTask(), "the end of the connection"));
        Assert.True((await link.AttachPointAsync(machine.Id("1"))).Live);
    }

    [Fact]
    [Trait("rule", "WL7")]
    public async Task A_flood_stays_within_the_bound_of_its_log()
    {
        const long Limit = 20 << 20;
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "yes 'a line of some length to fill the log quickly' | head -c 100000000; echo THE END; sleep 600") with
        {
            LogLimitBytes = Limit,
        });
        var output = new DirectoryInfo(Path.Combine(machine.Data.Worker(machine.Id("1")), "output"));
        var most = 0L;

        await Patience.Until(
            () =>
            {
                var size = output.EnumerateFiles("*.log").Sum(file => file.Exists ? file.Length : 0);
                most = Math.Max(most, size);
                return output.EnumerateFiles("*.log").Max(file => file.Name)?.CompareTo("00000000000096000000") > 0 && size <= Limit + (8 << 20);
            },
            "the flood to end within the bound");

        Assert.InRange(most, Limit, Limit + (40 << 20));
    }

    private static async Task<(string Output, int? ExitCode)> ReadAsync(string socket)
    {
        await using var keeper = await KeeperConnection.OpenAsync(socket, null, Token);
        await keeper.AttachAsync(new AttachRequest(WorkerOutput.Output, 0, null, AttachMode.Bytes), Token);
        var output = new StringBuilder();
        while (await Patience.For(keeper.ReadAsync(Token).AsTask(), "the exit") is { } frame)
        {
            if (frame.Type == KeeperFrameType.Output)
            {
                output.Append(Encoding.UTF8.GetString(frame.Bytes.Span));
            }
            else if (frame.Type == KeeperFrameType.Exited)
            {
                return (output.ToString(), frame.Read(KeeperJson.Default.ExitedNotice).ExitCode);
            }
        }

        throw new InvalidOperationException("The connection ended without an exit.");
    }
}
