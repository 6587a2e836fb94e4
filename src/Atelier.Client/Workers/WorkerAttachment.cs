using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Atelier.Client.Api;

namespace Atelier.Client.Workers;

/// <summary>How a worker is read.</summary>
/// <param name="From">First byte wanted; null for the screen as it is now, or everything with <paramref name="All"/>.</param>
/// <param name="Epoch">Epoch of <paramref name="From"/>; null when unknown.</param>
/// <param name="All">Whether every kept byte is wanted, however slow the reader.</param>
/// <param name="Client">Who types; one name per run.</param>
public sealed record WorkerAttachOptions(long? From, int? Epoch, bool All, string Client);

/// <summary>One worker's socket, kept open over lost connections: every byte and every keystroke once.</summary>
/// <remarks>
/// Reading (<see cref="ReadAsync"/>) has one reader. Typing and resizing may come from any thread; while there is no connection, input waits and goes out in
/// order when there is one again.
/// </remarks>
/// <param name="api">Where and on whose behalf.</param>
/// <param name="sessionId">The session.</param>
/// <param name="workerId">The worker.</param>
/// <param name="options">How it is read.</param>
/// <param name="time">For waiting between attempts.</param>
public sealed class WorkerAttachment(
    ApiClient api, string sessionId, string workerId, WorkerAttachOptions options, TimeProvider time) : IAsyncDisposable
{
    private const int NormalClosure = 1000;
    private static readonly TimeSpan[] s_retries =
        [.. new[] { 0.1, 0.2, 0.5, 1, 2, 5 }.Select(TimeSpan.FromSeconds)];

    private readonly InputQueue _input = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly byte[] _buffer = new byte[1 << 20];
    private ClientWebSocket? _socket;
    private ClientWebSocket? _typedInto; // the socket that was told what waited; before that, new input would overtake it
    private long? _offset = options.From;
    private int? _epoch = options.Epoch;
    private (int Cols, int Rows)? _size;

    /// <summary>Input that the program has not acknowledged.</summary>
    public int WaitingInputs => _input.Waiting.Count;

    /// <summary>Types bytes; they reach the program once, also over reconnects, as long as it is the same process.</summary>
    /// <param name="bytes">What to type.</param>
    /// <param name="cancellationToken">Gives up waiting for the socket; the input stays queued.</param>
    public async Task TypeAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            var sequence = _input.Add(bytes);
            if (_typedInto is { State: WebSocketState.Open } socket)
            {
                await SendInputAsync(socket, sequence, bytes, cancellationToken);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sets the terminal's size; said again after a reconnect.</summary>
    /// <param name="cols">Columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ResizeAsync(int cols, int rows, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            _size = (cols, rows);
            if (_socket is { State: WebSocketState.Open } socket)
            {
                await SendSizeAsync(socket, cancellationToken);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Everything the worker tells, without end; a lost connection is made again.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="WorkerSocketException">The server closed for good.</exception>
    public async IAsyncEnumerable<WorkerEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var attempt = 0;
        while (true)
        {
            var lost = await ConnectAsync(cancellationToken);
            while (lost is null)
            {
                (var happened, lost) = await ReceiveAsync(cancellationToken);
                if (happened is not null)
                {
                    attempt = 0;
                    yield return happened;
                }
            }

            var wait = s_retries[Math.Min(attempt++, s_retries.Length - 1)];
            yield return new WorkerEvent.Reconnecting(lost, wait);
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_socket is { State: WebSocketState.Open } socket)
        {
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
            }
            catch (WebSocketException)
            {
                // The other side is gone already, which is what closing wants.
            }
        }

        _socket?.Dispose();
        _sending.Dispose();
    }

    private Uri Address
    {
        get
        {
            var query = $"client={Uri.EscapeDataString(options.Client)}&lag={(options.All ? "all" : "screen")}";
            if (options.All)
            {
                query += $"&from={_offset ?? 0}" + (_epoch is { } epoch ? $"&epoch={epoch}" : "");
            }

            return new UriBuilder(new Uri(api.Address, $"/ws/session/{sessionId}/worker/{workerId}"))
            {
                Scheme = string.Equals(api.Address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) ? Uri.UriSchemeWss : Uri.UriSchemeWs,
                Query = query,
            }.Uri;
        }
    }

    private async Task<string?> ConnectAsync(CancellationToken cancellationToken)
    {
        _socket?.Dispose();
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {api.Token}");
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(Address, cancellationToken);
        }
        catch (WebSocketException problem)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            return status is >= 400 and < 500
                ? throw new WorkerSocketException($"The server refuses the worker's socket (HTTP {status}).", status)
                : problem.InnerException?.Message ?? problem.Message;
        }

        _socket = socket;
        return null;
    }

    /// <summary>One event, or why the connection is lost; neither for messages that only concern this class.</summary>
    private async Task<(WorkerEvent? Happened, string? Lost)> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        ValueWebSocketReceiveResult part;
        try
        {
            do
            {
                part = await _socket!.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage && part.MessageType != WebSocketMessageType.Close);
        }
        catch (WebSocketException problem)
        {
            return (null, problem.Message);
        }
        catch (Exception aborted) when (aborted is OperationCanceledException or ObjectDisposedException && !cancellationToken.IsCancellationRequested)
        {
            return (null, "the connection broke while something was typed"); // a sender found out first and aborted the socket
        }

        return part.MessageType switch
        {
            WebSocketMessageType.Close => (null, Closed()),
            WebSocketMessageType.Binary => (Bytes(_buffer.AsMemory(0, length)), null),
            _ => (await MessageAsync(_buffer.AsMemory(0, length), cancellationToken), null),
        };
    }

    private string Closed()
    {
        var code = (int)(_socket!.CloseStatus ?? WebSocketCloseStatus.Empty);
        var reason = _socket.CloseStatusDescription ?? "the server closed the connection";
        return code is NormalClosure or (>= 4000 and < 5000) ? throw new WorkerSocketException(reason, code) : reason;
    }

    private WorkerEvent.Output Bytes(ReadOnlyMemory<byte> frame)
    {
        var offset = BinaryPrimitives.ReadInt64BigEndian(frame.Span);
        _offset = offset + frame.Length - sizeof(long);
        return new WorkerEvent.Output(offset, frame[sizeof(long)..]);
    }

    private async Task<WorkerEvent?> MessageAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        var message = JsonSerializer.Deserialize(frame.Span, WorkerSocketJson.Default.WorkerSocketMessage)!; // a JSON object, by protocol
        switch (message.Type)
        {
            case "attached":
                _offset = message.Offset;
                _epoch = message.Epoch;
                await StartInputAsync(message.InputEpoch, message.InputAck, cancellationToken);
                return new WorkerEvent.Attached(message.Offset, message.Epoch, message.End, message.Cols, message.Rows);
            case "epoch":
                _epoch = message.Epoch;
                return new WorkerEvent.EpochStarted(message.Epoch);
            case "gap":
                _offset = message.To;
                return new WorkerEvent.Gap(message.From, message.To);
            case "snapshot":
                _offset = message.Offset;
                return new WorkerEvent.Snapshot(message.Offset, message.Cols, message.Rows, message.Data ?? "");
            case "input-ack":
                await AcknowledgeAsync(message.Seq, cancellationToken);
                return new WorkerEvent.InputAcknowledged(message.Seq);
            case "resized":
                return new WorkerEvent.Resized(message.Cols, message.Rows);
            case "activity":
                return new WorkerEvent.Activity(message.State ?? "unknown");
            case "exit":
                return new WorkerEvent.Exited(message.ExitCode, message.Signal);
            case "held":
                return new WorkerEvent.Held(message.Reason);
            case "error":
                return new WorkerEvent.Trouble(message.Code ?? "error", message.Message ?? "");
            case "input-refused":
                return new WorkerEvent.Trouble(message.Type, message.Reason ?? "");
            default:
                return null;
        }
    }

    private async Task StartInputAsync(int epoch, long acknowledged, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            _input.StartEpoch(epoch, acknowledged);
            _typedInto = _socket;
            await SendSizeAsync(_socket!, cancellationToken);
            foreach (var (sequence, bytes) in _input.Waiting)
            {
                await SendInputAsync(_socket!, sequence, bytes, cancellationToken);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task AcknowledgeAsync(long sequence, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        _input.Acknowledge(sequence);
        _sending.Release();
    }

    private Task SendInputAsync(ClientWebSocket socket, long sequence, byte[] bytes, CancellationToken cancellationToken) =>
        SendAsync(
            socket,
            JsonSerializer.SerializeToUtf8Bytes(
                new InputMessage("input", sequence, _input.Epoch, Convert.ToBase64String(bytes)),
                WorkerSocketJson.Default.InputMessage),
            cancellationToken);

    private async Task SendSizeAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        if (_size is { } size)
        {
            await SendAsync(
                socket,
                JsonSerializer.SerializeToUtf8Bytes(
                    new ResizeMessage("resize", size.Cols, size.Rows), WorkerSocketJson.Default.ResizeMessage),
                cancellationToken);
        }
    }

    /// <summary>A send into a broken socket is no loss: the reader notices, and what was unacknowledged goes out again.</summary>
    private static async Task SendAsync(ClientWebSocket socket, byte[] message, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        catch (Exception problem) when (problem is WebSocketException or InvalidOperationException
            || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested)) // the reader gave the socket up meanwhile
        {
            socket.Abort();
        }
    }
}
