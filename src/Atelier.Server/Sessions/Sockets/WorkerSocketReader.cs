using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Atelier.Protocol.Browser;
using Atelier.Server.Hosts;

namespace Atelier.Server.Sessions.Sockets;

/// <summary>Reads what a client says on a worker socket; what cannot be read is answered, ten in a row end the socket (rule WS10).</summary>
internal sealed partial class WorkerSocketReader(WorkerRelay relay, WebSocket socket, ILogger logger)
{
    public const int MaxMessageBytes = 1 << 20;
    public const int MaxImageMessageBytes = 24 << 20;
    private const int MaxMalformed = 10;
    private const int MaxCells = 1000;
    private const int InitialBytes = 4096;

    private byte[] _buffer = new byte[InitialBytes];
    private int _malformed;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await ReceiveAsync(cancellationToken) is { } message)
        {
            try
            {
                await TakeAsync(message, cancellationToken);
                _malformed = 0;
            }
            catch (Exception problem) when (problem is JsonException or FormatException)
            {
                Refuse("malformed", problem.Message);
            }
            catch (Exception problem) when (problem is HostOfflineException or HostRefusedException)
            {
                relay.Say(new WorkerSocketMessage.Error("host", problem.Message));
            }
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize(message.Span, BrowserJson.Default.WorkerSocketRequest)
            ?? throw new FormatException("A message is a JSON object.");
        if (request.Type != "image" && message.Length > MaxMessageBytes)
        {
            throw new FormatException($"A message has at most {MaxMessageBytes} bytes.");
        }

        switch (request.Type)
        {
            case "input" when request is { Seq: > 0, Data: { } text }:
                await relay.TypeAsync(request.Seq.Value, request.Epoch, Encoding.UTF8.GetBytes(text), cancellationToken);
                break;
            case "input" when request is { Seq: > 0, DataBase64: { } bytes }:
                await relay.TypeAsync(request.Seq.Value, request.Epoch, Convert.FromBase64String(bytes), cancellationToken);
                break;
            case "resize" when request is { Cols: > 0 and <= MaxCells, Rows: > 0 and <= MaxCells }:
                await relay.ResizeAsync(request.Cols.Value, request.Rows.Value, cancellationToken);
                break;
            case "image" when request is { Seq: > 0, MimeType: { } type, Data: { } image }:
                // Without the right nothing is written on the host either.
                var path = !relay.MayType ? "" : await PlaceOfAsync(type, Convert.FromBase64String(image), cancellationToken);
                await relay.TypeAsync(request.Seq.Value, request.Epoch, Encoding.UTF8.GetBytes(path), cancellationToken);
                break;
            case "input" or "resize" or "image":
                throw new FormatException($"A field of {request.Type} is missing or out of range.");
            default:
                throw new FormatException($"There is no message {request.Type}.");
        }
    }

    /// <summary>What is typed for an image. One that cannot be saved is typed as nothing: its number is used up, or what is typed after it would never be taken.</summary>
    private async Task<string> PlaceOfAsync(string mimeType, byte[] image, CancellationToken cancellationToken)
    {
        try
        {
            return await relay.SaveImageAsync(mimeType, image, cancellationToken) + " ";
        }
        catch (Exception problem) when (problem is HostOfflineException or HostRefusedException)
        {
            relay.Say(new WorkerSocketMessage.Error("host", problem.Message));
            return "";
        }
    }

    private void Refuse(string code, string reason)
    {
        LogMalformed(logger, relay.WorkerId.Value, relay.UserId, reason);
        relay.Say(new WorkerSocketMessage.Error(code, reason));
        if (++_malformed >= MaxMalformed)
        {
            relay.Close(WorkerSocketCloseCodes.Malformed, "ten messages in a row could not be read");
        }
    }

    /// <summary>The next text message; null when the client has closed. Its memory is good until the next call.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_buffer.Length > InitialBytes)
        {
            _buffer = new byte[InitialBytes];
        }

        for (var length = 0; ;)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return _buffer.AsMemory(0, length);
            }

            if (length == _buffer.Length)
            {
                if (length >= MaxImageMessageBytes)
                {
                    relay.Close((int)WebSocketCloseStatus.MessageTooBig, $"a message has at most {MaxImageMessageBytes} bytes");
                    return null;
                }

                Array.Resize(ref _buffer, Math.Min(_buffer.Length * 4, MaxImageMessageBytes));
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "A message on the socket of worker {Worker} from {User} could not be read: {Reason}")]
    private static partial void LogMalformed(ILogger logger, string worker, string user, string reason);
}
