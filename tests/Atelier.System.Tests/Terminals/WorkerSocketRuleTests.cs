using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.System.Tests.Terminals;

/// <summary>Rules of docs/protocols/worker-socket.md, each as a client of one system sees it.</summary>
public sealed class WorkerSocketRuleTests : IAsyncLifetime
{
    private SystemUnderTest _system = null!; // set before each test
    private string _session = "";
    private string _worker = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _system = await SystemUnderTest.StartAsync();
        _session = (await _system.CreateSessionAsync()).Id;
        _worker = (await _system.CreateWorkerAsync(_session, ["/bin/sh", "-c", "stty raw -echo; printf 0123456789; exec cat"])).Id;
        using var first = await OpenAsync("from=0&client=first");
        Assert.Equal("0123456789", await first.BytesAsync(10));
    }

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    [Trait("rule", "WS1")]
    [Trait("rule", "WS4")]
    [Trait("rule", "WS5")]
    [Trait("rule", "WS10")]
    public async Task A_stream_begins_with_attached_says_gaps_and_gives_each_byte_once()
    {
        using (var some = await OpenAsync("from=3&epoch=1&client=some"))
        {
            var attached = await some.FirstAsync();
            Assert.Equal(("attached", 3, 10), ((string?)attached["type"], (long)attached["offset"]!, (long)attached["end"]!));
            Assert.Equal("3456789", await some.BytesAsync(10));
        }

        foreach (var (query, from, to) in new[] { ("from=1000", 1000, 0), ("from=1000&epoch=1", 1000, 0), ("from=5&epoch=7", 5, 0) })
        {
            using var gap = await OpenAsync($"{query}&client=gap");
            Assert.Equal(("attached", to), ((string?)(await gap.FirstAsync())["type"], gap.Next));
            var told = await gap.TextAsync("gap");
            Assert.Equal((from, to), ((long)told["from"]!, (long)told["to"]!));
            Assert.Equal("0123456789", await gap.BytesAsync(10));
        }

        using var older = await OpenAsync("from=0&client=same");
        using var other = await OpenAsync("from=0&client=other");
        using var newer = await OpenAsync("from=0&client=same");
        Assert.Equal(4002, await older.CloseCodeAsync());
        using var nameless = await OpenAsync("from=0");
        using var again = await OpenAsync("from=0");
        Assert.Equal(4002, await nameless.CloseCodeAsync());

        for (var round = 0; round < 2; round++)
        {
            for (var malformed = 0; malformed < 9; malformed++)
            {
                await newer.SayAsync("""{"type":"nothing"}""");
                await newer.TextAsync("error");
            }

            await newer.SayAsync("""{"type":"resize","cols":80,"rows":24}"""); // ten in a row would end it
        }

        await newer.SayAsync("""{"type":"input","seq":1,"data":"typed"}""");
        Assert.Equal("0123456789typed", await newer.BytesAsync(15));
        Assert.Equal("0123456789typed", await other.BytesAsync(15));
    }

    [Fact]
    [Trait("rule", "WS8")]
    public async Task A_terminal_has_the_size_of_who_typed_last()
    {
        using var ada = await OpenAsync("from=10&client=ada");
        using var bob = await OpenAsync("from=10&client=bob");
        await ada.SayAsync("""{"type":"input","seq":1,"data":"x"}""");
        await ada.TextAsync("input-ack");

        await bob.SayAsync("""{"type":"resize","cols":50,"rows":20}""");
        await bob.SayAsync("""{"type":"nothing"}""");
        await bob.TextAsync("error"); // so his size was heard, and changed nothing
        await ada.SayAsync("""{"type":"resize","cols":100,"rows":40}""");
        var first = await bob.TextAsync("resized");
        await bob.SayAsync("""{"type":"input","seq":1,"data":"y"}""");
        await ada.TextAsync("resized"); // her own
        var second = await ada.TextAsync("resized");

        Assert.Equal((100, 40), ((int)first["cols"]!, (int)first["rows"]!));
        Assert.Equal((50, 20), ((int)second["cols"]!, (int)second["rows"]!));
    }

    private async Task<RawSocket> OpenAsync(string query)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {_system.Api.Token}");
        var address = new UriBuilder(_system.Server.Address) { Scheme = Uri.UriSchemeWs, Path = $"/ws/session/{_session}/worker/{_worker}", Query = query };
        await socket.ConnectAsync(address.Uri, Cancel);
        return new RawSocket(socket);
    }

    /// <summary>A socket as it is, with what has come on it.</summary>
    private sealed class RawSocket(ClientWebSocket socket) : IDisposable
    {
        private readonly byte[] _buffer = new byte[64 << 10];
        private readonly Queue<JsonNode> _texts = new();
        private readonly StringBuilder _bytes = new();
        private bool _hasBytes;

        /// <summary>Offset of the byte that comes next.</summary>
        public long Next { get; private set; }

        public Task SayAsync(string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, Cancel);

        /// <summary>What the stream begins with.</summary>
        public async Task<JsonNode> FirstAsync()
        {
            while (_texts.All(text => (string?)text["type"] is "viewers"))
            {
                await ReceiveAsync();
                Assert.False(_hasBytes, "Bytes came before attached.");
            }

            var first = await TextAsync("attached");
            Next = (long)first["offset"]!;
            return first;
        }

        public async Task<JsonNode> TextAsync(string type)
        {
            while (true)
            {
                while (_texts.TryDequeue(out var text))
                {
                    if ((string?)text["type"] == type)
                    {
                        return text;
                    }
                }

                Assert.True(await ReceiveAsync(), $"The socket closed with {socket.CloseStatus} before it said {type}.");
            }
        }

        /// <summary>All bytes up to an offset, of which none may come twice or be left out.</summary>
        public async Task<string> BytesAsync(long end)
        {
            while (!_hasBytes || Next < end)
            {
                Assert.True(await ReceiveAsync(), $"The socket closed with {socket.CloseStatus} at {Next}.");
            }

            return _bytes.ToString();
        }

        public async Task<int?> CloseCodeAsync()
        {
            while (await ReceiveAsync())
            {
                // What was on its way before it closes.
            }

            return (int?)socket.CloseStatus;
        }

        public void Dispose() => socket.Dispose();

        private async Task<bool> ReceiveAsync()
        {
            var part = await Patience.For(socket.ReceiveAsync(_buffer.AsMemory(), Cancel).AsTask(), $"a message after {_bytes}");
            if (part.MessageType == WebSocketMessageType.Text)
            {
                _texts.Enqueue(JsonNode.Parse(_buffer.AsSpan(0, part.Count)) ?? throw new InvalidDataException());
            }
            else if (part.MessageType == WebSocketMessageType.Binary)
            {
                var offset = BinaryPrimitives.ReadInt64BigEndian(_buffer);
                Assert.Equal(_hasBytes ? Next : offset, offset);
                _hasBytes = true;
                Next = offset + part.Count - sizeof(long);
                _bytes.Append(Encoding.ASCII.GetString(_buffer.AsSpan(sizeof(long), part.Count - sizeof(long))));
            }

            return part.MessageType != WebSocketMessageType.Close;
        }
    }
}
