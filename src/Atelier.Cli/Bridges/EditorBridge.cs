using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Atelier.Client.Api;
using Atelier.Protocol.Acp;
using Atelier.Protocol.JsonRpc;

namespace Atelier.Cli.Bridges;

/// <summary>Carries the Agent Client Protocol between standard input and output and the server, over as many connections as it takes.</summary>
/// <param name="find">Finds the server, which may have moved meanwhile.</param>
/// <param name="say">Says something to a person; never on standard output, which is the editor's.</param>
/// <param name="time">The clock.</param>
internal sealed class EditorBridge(Func<ApiClient> find, Action<string> say, TimeProvider time)
{
    private const int MaxMessageBytes = 16 << 20;
    private const int MaxWaitingMessages = 256;
    private static readonly TimeSpan s_soonest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_latest = TimeSpan.FromSeconds(2);

    private readonly EditorConversation _conversation = new(() => Guid.NewGuid().ToString("n"));
    private readonly Channel<Happening> _happenings = Channel.CreateBounded<Happening>(MaxWaitingMessages);
    private WebSocketMessages? _socket;

    private abstract record Happening
    {
        /// <param name="Line">A message of the editor; null when it is gone.</param>
        internal sealed record FromEditor(byte[]? Line) : Happening;

        internal sealed record FromServer(WebSocketMessages Socket, byte[] Message) : Happening;

        internal sealed record Connected(WebSocketMessages Socket) : Happening;

        internal sealed record Lost(WebSocketMessages Socket) : Happening;
    }

    /// <summary>Runs until the editor ends its side.</summary>
    /// <param name="input">What the editor writes.</param>
    /// <param name="output">What the editor reads.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var editor = new LineMessages(input, output, MaxMessageBytes);
        var first = await ConnectAsync(isFirst: true, ending.Token);
        var connecting = Task.Run(() => ConnectionsAsync(first, ending.Token), ending.Token);
        var reading = Task.Run(() => ReadEditorAsync(editor, ending.Token), ending.Token);
        try
        {
            await foreach (var happening in _happenings.Reader.ReadAllAsync(ending.Token))
            {
                if (happening is Happening.FromEditor { Line: null })
                {
                    return;
                }

                foreach (var one in Take(happening))
                {
                    await SendAsync(editor, one, ending.Token);
                }

                if (connecting.IsFaulted)
                {
                    await connecting; // the server refuses; its reason ends the command
                }
            }

            await connecting;
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAny(Task.WhenAll(connecting, reading));
            await (_socket?.CloseAsync((int)WebSocketCloseStatus.NormalClosure, "", CancellationToken.None) ?? ValueTask.CompletedTask);
        }
    }

    private IReadOnlyList<Outgoing> Take(Happening happening)
    {
        switch (happening)
        {
            case Happening.Connected connected:
                _socket = connected.Socket;
                return _conversation.Connected();
            case Happening.Lost lost when lost.Socket == _socket:
                _conversation.Lost();
                return [];
            case Happening.FromServer message when message.Socket == _socket && Read(message.Message) is { } said:
                return _conversation.FromServer(said);
            case Happening.FromEditor { Line: { } line }:
                return Read(line) is { } asked
                    ? _conversation.FromEditor(asked)
                    : [new Outgoing(ToEditor: true, new JsonObject
                    {
                        ["jsonrpc"] = "2.0",
                        ["id"] = null,
                        ["error"] = new JsonObject { ["code"] = JsonRpcErrorCodes.ParseError, ["message"] = "That line is no message." },
                    })];
            default:
                return [];
        }
    }

    private async Task SendAsync(LineMessages editor, Outgoing one, CancellationToken cancellationToken)
    {
        var message = Encoding.UTF8.GetBytes(one.Message.ToJsonString());
        if (one.ToEditor)
        {
            await editor.SendAsync(message, cancellationToken);
            return;
        }

        try
        {
            await (_socket?.SendAsync(message, cancellationToken) ?? ValueTask.CompletedTask);
        }
        catch (MessageTransportException)
        {
            // It is gone, which its reader says as well; what is pending is said again on the next one.
        }
    }

    private async Task ReadEditorAsync(LineMessages editor, CancellationToken cancellationToken)
    {
        try
        {
            while (await editor.ReceiveAsync(cancellationToken) is { } line)
            {
                await _happenings.Writer.WriteAsync(new Happening.FromEditor(line.ToArray()), cancellationToken);
            }
        }
        catch (MessageTransportException broken)
        {
            say(broken.Message);
        }

        await _happenings.Writer.WriteAsync(new Happening.FromEditor(Line: null), cancellationToken);
    }

    private async Task ConnectionsAsync(WebSocketMessages first, CancellationToken cancellationToken)
    {
        var socket = first;
        try
        {
            while (true)
            {
                await _happenings.Writer.WriteAsync(new Happening.Connected(socket), cancellationToken);
                await ReadServerAsync(socket, cancellationToken);
                await _happenings.Writer.WriteAsync(new Happening.Lost(socket), cancellationToken);
                say("The connection to the server is lost; it is tried again until it is back.");
                var next = await ConnectAsync(isFirst: false, cancellationToken);
                await socket.DisposeAsync();
                socket = next;
                say("The server is back.");
            }
        }
        catch (Exception refused) when (refused is not OperationCanceledException)
        {
            _happenings.Writer.TryComplete();
            throw;
        }
    }

    private async Task ReadServerAsync(WebSocketMessages socket, CancellationToken cancellationToken)
    {
        try
        {
            while (await socket.ReceiveAsync(cancellationToken) is { } message)
            {
                await _happenings.Writer.WriteAsync(new Happening.FromServer(socket, message.ToArray()), cancellationToken);
            }
        }
        catch (MessageTransportException)
        {
            // Gone.
        }
    }

    private async Task<WebSocketMessages> ConnectAsync(bool isFirst, CancellationToken cancellationToken)
    {
        for (var pause = s_soonest; ; pause = pause * 2 < s_latest ? pause * 2 : s_latest)
        {
            var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            try
            {
                var server = find();
                socket.Options.SetRequestHeader("Authorization", $"Bearer {server.Token}");
                await socket.ConnectAsync(AddressOf(server), cancellationToken);
                return new WebSocketMessages(socket, MaxMessageBytes);
            }
            catch (Exception away) when (away is WebSocketException or CliProblemException)
            {
                var status = (int)socket.HttpStatusCode;
                socket.Dispose();
                if (status is >= 400 and < 500)
                {
                    throw new CliProblemException($"The server refuses the connection (HTTP {status}). Is the token still valid?");
                }

                if (isFirst)
                {
                    throw away is CliProblemException ? away : new CliProblemException($"The server does not answer: {away.Message}. See ./atelier status", ExitCodes.NoServer);
                }
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private static Uri AddressOf(ApiClient server) => new UriBuilder(new Uri(server.Address, EditorMethods.Path))
    {
        Scheme = string.Equals(server.Address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) ? Uri.UriSchemeWss : Uri.UriSchemeWs,
    }.Uri;

    private static JsonObject? Read(byte[] message)
    {
        try
        {
            return JsonNode.Parse(message) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
