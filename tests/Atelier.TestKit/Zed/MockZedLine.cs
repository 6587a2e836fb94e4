using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Atelier.TestKit.Zed;

/// <summary>A mock Zed's connection: made again whenever it ends, with what was to be said meanwhile.</summary>
/// <param name="connect">Opens a connection.</param>
/// <param name="behaviour">Its habits.</param>
/// <param name="time">Its clock.</param>
/// <param name="take">Given each frame, with the number of its connection.</param>
/// <param name="changed">Called when a connection comes or goes.</param>
/// <param name="ready">Called when nothing was opened for a while.</param>
internal sealed class MockZedLine(
    Func<CancellationToken, Task<WebSocket>> connect, MockZedBehaviour behaviour, TimeProvider time, Action<int, string> take, Action changed, Action ready)
{
    private readonly Channel<JsonObject> _outbox = Channel.CreateUnbounded<JsonObject>();
    private volatile WebSocket? _socket;

    /// <summary>Whether a thread was opened by this connection.</summary>
    public bool WasOpened { get; set; }

    public bool IsConnected => _socket is not null;

    public int Connections { get; private set; }

    public bool Say(JsonObject frame) => _outbox.Writer.TryWrite(frame);

    public void Cut() => _socket?.Abort();

    public Task SendRawAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type) =>
        _socket?.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None).AsTask() ?? throw new InvalidOperationException("It is not connected.");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = behaviour.ReconnectAfter;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var socket = behaviour.RefusesToConnect ? throw new IOException("It does not.") : await connect(cancellationToken);
                pause = behaviour.ReconnectAfter;
                await ServeAsync(socket, cancellationToken);
            }
            catch (Exception gone) when (gone is WebSocketException or IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // It tries again.
            }

            do
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            while (behaviour.StaysAway);
            pause = pause * 2 > behaviour.ReconnectAtMost ? behaviour.ReconnectAtMost : pause * 2;
        }
    }

    private async Task ServeAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var number = ++Connections;
        WasOpened = false;
        _socket = socket;
        changed();
        await SendAsync(socket, new JsonObject { ["event_type"] = "ping", ["data"] = new JsonObject { ["timestamp"] = 1_770_000_000 } }, stop.Token);
        var writing = WriteAsync(socket, stop.Token);
        var waiting = BecomeReadyAsync(stop.Token);
        try
        {
            await (behaviour.NeverReads ? Task.Delay(Timeout.InfiniteTimeSpan, time, stop.Token) : ReadAsync(socket, number, stop.Token));
        }
        finally
        {
            _socket = null;
            changed();
            await stop.CancelAsync();
            await Task.WhenAll(writing, waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BecomeReadyAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(behaviour.ReadyAfter, time, cancellationToken);
        ready();
    }

    private async Task WriteAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        while (await _outbox.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_outbox.Reader.TryPeek(out var frame))
            {
                if (behaviour.LosesEventInFlight)
                {
                    _outbox.Reader.TryRead(out _);
                }

                await SendAsync(socket, frame, cancellationToken);
                if (!behaviour.LosesEventInFlight)
                {
                    _outbox.Reader.TryRead(out _);
                }
            }
        }
    }

    private static ValueTask SendAsync(WebSocket socket, JsonObject frame, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame.ToJsonString()).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    private async Task ReadAsync(WebSocket socket, int connection, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        using var message = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                var text = Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
                message.SetLength(0);
                take(connection, text);
            }
        }
    }
}
