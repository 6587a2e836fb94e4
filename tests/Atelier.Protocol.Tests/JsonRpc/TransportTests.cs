using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Atelier.Protocol.JsonRpc;

namespace Atelier.Protocol.Tests.JsonRpc;

public sealed class TransportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_are_messages_wherever_the_stream_cuts_them()
    {
        var pipe = new Pipe();
        await using var lines = new LineMessages(pipe.Reader.AsStream(), Stream.Null, maxMessageBytes: 100);
        var writing = Task.Run(async () =>
        {
            foreach (var piece in (string[])["{\"a\"", ":1}\n\n\r", "\n{\"b\":\"ü", "\"}\r\n{\"c\":3}\n{\"lost\""])
            {
                await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(piece), Token);
            }

            await pipe.Writer.CompleteAsync();
        }, Token);

        var heard = new List<string>();
        while (await lines.ReceiveAsync(Token) is { } line)
        {
            heard.Add(Encoding.UTF8.GetString(line.Span));
        }

        await writing;
        Assert.Equal(["{\"a\":1}", "{\"b\":\"ü\"}", "{\"c\":3}"], heard);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task A_line_that_is_too_long_ends_the_conversation(string end)
    {
        var input = new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 101) + end));
        await using var lines = new LineMessages(input, Stream.Null, maxMessageBytes: 100);

        await Assert.ThrowsAsync<MessageTransportException>(async () => await lines.ReceiveAsync(Token));
    }

    [Fact]
    public async Task A_written_message_is_one_line()
    {
        var output = new MemoryStream();
        var lines = new LineMessages(Stream.Null, output, maxMessageBytes: 100);

        await lines.SendAsync("{}"u8.ToArray(), Token);
        await lines.SendAsync("[]"u8.ToArray(), Token);

        Assert.Equal("{}\n[]\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task Text_frames_are_messages_and_binary_frames_go_to_their_reader()
    {
        var (client, server) = await SocketsAsync();
        var frames = new List<byte[]>();
        await using var left = new WebSocketMessages(client, maxMessageBytes: 1 << 20);
        await using var right = new WebSocketMessages(
            server, maxMessageBytes: 1 << 20, frame => frames.Add(frame.ToArray()), maxBinaryBytes: 10);
        var large = Encoding.UTF8.GetBytes(new string('y', 300_000));

        await left.SendBinaryAsync(new byte[] { 1, 2, 3 }, Token);
        await left.SendAsync("{}"u8.ToArray(), Token);
        await left.SendBinaryAsync(new byte[] { 4 }, Token);
        var sending = left.SendAsync(large, Token);

        Assert.Equal("{}", Encoding.UTF8.GetString((await right.ReceiveAsync(Token))!.Value.Span));
        Assert.Equal(large, (await right.ReceiveAsync(Token))!.Value.ToArray());
        Assert.Equal([[1, 2, 3], [4]], frames);
        await sending;
    }

    [Fact]
    [Trait("rule", "HL9")]
    public async Task A_frame_that_is_too_long_ends_the_conversation()
    {
        var (client, server) = await SocketsAsync();
        await using var left = new WebSocketMessages(client, maxMessageBytes: 1 << 20);
        await using var right = new WebSocketMessages(server, maxMessageBytes: 100, _ => { }, maxBinaryBytes: 10);

        await left.SendBinaryAsync(new byte[11], Token);

        await Assert.ThrowsAsync<MessageTransportException>(async () => await right.ReceiveAsync(Token));
    }

    [Fact]
    [Trait("rule", "HL9")]
    public async Task The_other_side_hears_why_a_conversation_was_ended()
    {
        var (client, server) = await SocketsAsync();
        await using var left = new WebSocketMessages(client, maxMessageBytes: 100);
        var peer = new JsonRpcPeer(
            new WebSocketMessages(server, maxMessageBytes: 100), new JsonRpcMethods(), new JsonRpcOptions { MaxMalformedMessages = 1 });
        var ended = peer.RunAsync(Token);

        await left.SendAsync("{"u8.ToArray(), Token);

        Assert.Null(await left.ReceiveAsync(Token));
        Assert.StartsWith("1 messages in a row could not be read.", left.CloseReason, StringComparison.Ordinal);
        Assert.Equal((int)WebSocketCloseStatus.PolicyViolation, left.CloseCode);
        await left.CloseAsync("", Token);
        await ended;
    }

    private static async Task<(WebSocket Client, WebSocket Server)> SocketsAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new TcpClient();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Token);
        var far = await listener.AcceptTcpClientAsync(Token);
        return (
            WebSocket.CreateFromStream(near.GetStream(), new WebSocketCreationOptions()),
            WebSocket.CreateFromStream(far.GetStream(), new WebSocketCreationOptions { IsServer = true }));
    }
}
