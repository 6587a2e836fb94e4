using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace Atelier.Protocol.JsonRpc;

/// <summary>Takes the binary frames that travel beside messages on a WebSocket.</summary>
/// <param name="frame">The frame, valid during the call.</param>
/// <remarks>Called on the reading loop: it may not wait.</remarks>
public delegate void BinaryFrameReader(ReadOnlySpan<byte> frame);

/// <summary>Messages as the text frames of a WebSocket; its binary frames go to a reader of their own.</summary>
public sealed class WebSocketMessages : IMessageTransport
{
    private const int UsualBytes = 16 << 10;

    private readonly WebSocket _socket;
    private readonly BinaryFrameReader? _binaryFrames;
    private readonly int _maxBinaryBytes;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ArrayBufferWriter<byte> _incoming = new(UsualBytes);

    /// <summary>Speaks over a socket, which it then owns.</summary>
    /// <param name="socket">An open socket.</param>
    /// <param name="maxMessageBytes">Longest text message.</param>
    /// <param name="binaryFrames">Takes binary frames; null when none are expected, and one ends the connection.</param>
    /// <param name="maxBinaryBytes">Longest binary frame.</param>
    public WebSocketMessages(
        WebSocket socket, int maxMessageBytes, BinaryFrameReader? binaryFrames = null, int maxBinaryBytes = 0)
    {
        _socket = socket;
        _binaryFrames = binaryFrames;
        _maxBinaryBytes = maxBinaryBytes;
        MaxMessageBytes = maxMessageBytes;
    }

    /// <summary>Largest message in bytes, either way; may grow once the other side is known.</summary>
    public int MaxMessageBytes { get; set; }

    /// <summary>Code with which the other side closed the socket; null while it has not.</summary>
    public int? CloseCode => (int?)_socket.CloseStatus;

    /// <summary>What the other side said when it closed; null when it said nothing.</summary>
    public string? CloseReason => _socket.CloseStatusDescription;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await ReceiveFrameAsync(cancellationToken) is { } type)
        {
            if (type == WebSocketMessageType.Text)
            {
                return _incoming.WrittenMemory;
            }

            if (_binaryFrames is null)
            {
                throw new MessageTransportException("Binary frames are not spoken here.");
            }

            _binaryFrames(_incoming.WrittenSpan);
        }

        return null;
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        SendAsync(message, WebSocketMessageType.Text, cancellationToken);

    /// <summary>Sends one binary frame.</summary>
    public ValueTask SendBinaryAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        SendAsync(frame, WebSocketMessageType.Binary, cancellationToken);

    /// <inheritdoc/>
    public ValueTask CloseAsync(string reason, CancellationToken cancellationToken) =>
        CloseAsync((int)WebSocketCloseStatus.PolicyViolation, reason, cancellationToken);

    /// <summary>Closes the socket with a code of its own.</summary>
    /// <param name="code">Close code.</param>
    /// <param name="reason">For a person; cut at 123 bytes.</param>
    /// <param name="cancellationToken">How long to wait for the other side's close.</param>
    public async ValueTask CloseAsync(int code, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                await _socket.CloseAsync((WebSocketCloseStatus)code, Shorten(reason), cancellationToken);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or OperationCanceledException
            or InvalidOperationException or IOException)
        {
            // Nobody is left to be told.
        }

        _socket.Abort();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    // A close frame carries at most 123 bytes of reason.
    private static string Shorten(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > 123)
        {
            reason = reason[..^1];
        }

        return reason;
    }

    private async ValueTask SendAsync(
        ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // A socket whose send is cancelled is aborted, so what has been begun is finished.
            await _socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or InvalidOperationException
            or OperationCanceledException or IOException)
        {
            throw new MessageTransportException("The connection is gone.", gone);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<WebSocketMessageType?> ReceiveFrameAsync(CancellationToken cancellationToken)
    {
        _incoming.ResetWrittenCount();
        if (_incoming.Capacity > 1 << 20)
        {
            _incoming = new ArrayBufferWriter<byte>(UsualBytes);   // one huge message is no reason to stay huge
        }

        while (true)
        {
            ValueWebSocketReceiveResult received;
            try
            {
                received = await _socket.ReceiveAsync(_incoming.GetMemory(4 << 10), cancellationToken);
            }
            catch (Exception broken) when (broken is WebSocketException or ObjectDisposedException or IOException)
            {
                throw new MessageTransportException("The connection broke.", broken);
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            _incoming.Advance(received.Count);
            var most = received.MessageType == WebSocketMessageType.Text ? MaxMessageBytes : _maxBinaryBytes;
            if (_incoming.WrittenCount > most)
            {
                throw new MessageTransportException($"A frame is longer than {most} bytes.");
            }

            if (received.EndOfMessage)
            {
                return received.MessageType;
            }
        }
    }
}
