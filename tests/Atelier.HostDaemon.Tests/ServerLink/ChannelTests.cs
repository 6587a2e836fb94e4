using System.Net.Sockets;
using System.Text;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Tests.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;

namespace Atelier.HostDaemon.Tests.ServerLink;

[Trait("rule", "HL7")]
public sealed class ChannelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_keeper_is_spoken_to_through_a_channel()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "read line; echo \"got $line\"; sleep 600"));
        await using var keeper = await KeeperConnection.OpenAsync(await link.OpenChannelAsync(machine.Id("1")), "me", Token);

        await keeper.AttachAsync(new AttachRequest(WorkerOutput.Output, 0, null, AttachMode.Bytes), Token);
        await keeper.TypeAsync(1, "hello\r"u8.ToArray(), Token);

        await ReadUntilAsync(keeper, "got hello");
        Assert.Equal(machine.Id("1"), keeper.Hello.WorkerId);
    }

    [Fact]
    public async Task A_channel_that_nobody_reads_holds_at_most_its_credit_and_no_other_back()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("flood"), "yes | head -c 8000000; echo THE END; sleep 600"));
        await link.StartAsync(machine.Shell(machine.Id("quiet"), "read line; echo \"got $line\"; sleep 600"));
        var unread = await link.OpenChannelAsync(machine.Id("flood"));
        await using var flood = await KeeperConnection.OpenAsync(unread, null, Token);
        await flood.AttachAsync(new AttachRequest(WorkerOutput.Output, 0, null, AttachMode.Bytes), Token);
        await Patience.Until(() => unread.Waiting > 200_000, "the channel to fill");

        await using var quiet = await KeeperConnection.OpenAsync(await link.OpenChannelAsync(machine.Id("quiet")), "me", Token);
        await quiet.AttachAsync(new AttachRequest(WorkerOutput.Output, 0, null, AttachMode.Bytes), Token);
        await quiet.TypeAsync(1, "hello\r"u8.ToArray(), Token);
        await ReadUntilAsync(quiet, "got hello");

        Assert.InRange(unread.Waiting, 200_000, HostProtocol.InitialCreditBytes);
        Assert.True((await ReadUntilAsync(flood, "THE END")).Length > 8_000_000);
    }

    [Fact]
    public async Task A_closed_channel_ends_and_its_number_can_be_used_again()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600"));
        Task<Done> Open(string workerId) => link.AskAsync(
            HostMethods.OpenChannel, new OpenChannelRequest(7, workerId), HostJson.Default.OpenChannelRequest, HostJson.Default.Done);
        Task<Done> Close() => link.AskAsync(
            HostMethods.CloseChannel, new CloseChannelRequest(7), HostJson.Default.CloseChannelRequest, HostJson.Default.Done);

        await Open(machine.Id("1"));
        Assert.Equal("exists", await WorkerTests.ReasonAsync(Open(machine.Id("1"))));
        await Close();
        await Close();
        await Open(machine.Id("1"));
        Assert.Equal("not-found", await WorkerTests.ReasonAsync(Open(machine.Id("never"))));
    }

    [Fact]
    public async Task A_channel_ends_with_its_keeper()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var started = await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600"));
        await using var keeper = await KeeperConnection.OpenAsync(await link.OpenChannelAsync(machine.Id("1")), null, Token);

        Processes.Kill(started.KeeperPid ?? 0);

        Assert.Null(await Patience.For(keeper.ReadAsync(Token).AsTask(), "the end of the channel"));
    }

    [Fact]
    public async Task More_than_the_credit_breaks_the_rule()
    {
        using var folder = new TemporaryFolder();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(folder["socket"]));
        listener.Listen();
        await using var channels = new RelayChannels(Patience.Limit) { Send = (_, _) => ValueTask.CompletedTask };
        await channels.OpenAsync(1, folder["socket"], Token);
        var frame = new byte[RelayChannels.HeaderBytes + HostProtocol.MaxChannelBytes];
        frame[0] = (byte)ChannelFrameType.Data;
        frame[4] = 1;

        // Nobody reads the socket: it takes what fits into the kernel, and no credit comes back for the rest.
        var refusal = Record.Exception(() =>
        {
            for (var sent = 0; sent < 1000; sent++)
            {
                channels.Take(frame);
            }
        });

        Assert.IsType<MessageTransportException>(refusal);
    }

    private static async Task<string> ReadUntilAsync(KeeperConnection keeper, string text)
    {
        var output = new StringBuilder();
        while (!output.ToString(Math.Max(0, output.Length - 1000), Math.Min(1000, output.Length)).Contains(text, StringComparison.Ordinal))
        {
            var frame = await Patience.For(keeper.ReadAsync(Token).AsTask(), $"'{text}'")
                ?? throw new InvalidOperationException($"The channel ended before '{text}'.");
            if (frame.Type == KeeperFrameType.Output)
            {
                output.Append(Encoding.UTF8.GetString(frame.Bytes.Span));
            }
        }

        return output.ToString();
    }
}
