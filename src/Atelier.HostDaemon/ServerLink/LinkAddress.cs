using System.Net.Sockets;
using System.Net.WebSockets;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.ServerLink;

/// <summary>Where the server listens: an address on the network, or a Unix socket.</summary>
/// <param name="Url">The link's WebSocket address; its host is only a name when there is a socket.</param>
/// <param name="Socket">Path of the Unix socket; null on the network.</param>
internal sealed record LinkAddress(Uri Url, string? Socket)
{
    /// <summary>Reads <c>http://host:port</c>, <c>https:</c>, <c>ws:</c>, <c>wss:</c> or <c>unix:/path</c>; null when it is none of them.</summary>
    public static LinkAddress? Read(string text)
    {
        if (text.StartsWith("unix:/", StringComparison.Ordinal))
        {
            return new LinkAddress(new Uri($"ws://localhost{HostProtocol.Path}"), text["unix:".Length..]);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https" or "ws" or "wss"))
        {
            return null;
        }

        var scheme = url.Scheme is "https" or "wss" ? "wss" : "ws";
        return new LinkAddress(
            new UriBuilder(url) { Scheme = scheme, Path = url.AbsolutePath.TrimEnd('/') + HostProtocol.Path, Query = "" }.Uri, null);
    }

    /// <summary>Opens the WebSocket.</summary>
    /// <exception cref="WebSocketException">Nobody listens there, or the key is not taken.</exception>
    public async Task<WebSocket> DialAsync(string key, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(limit);
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(5);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        if (Socket is { } path)
        {
            handler.ConnectCallback = async (_, token) => await ConnectAsync(path, token);
        }

        using var invoker = new HttpMessageInvoker(handler);
        try
        {
            await socket.ConnectAsync(Url, invoker, stop.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
