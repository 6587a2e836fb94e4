using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;
using UnixSocket = System.Net.Sockets.Socket;

namespace Atelier.Keeper.Tests;

/// <summary>A client that may send anything.</summary>
internal sealed class RawSocket : IAsyncDisposable
{
    private readonly NetworkStream _stream;

    private RawSocket(UnixSocket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    public static async Task<RawSocket> ConnectAsync(string path)
    {
        var socket = new UnixSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new RawSocket(socket);
    }

    /// <summary>Two ends of one connection.</summary>
    public static (Stream One, Stream Other) Pair()
    {
        using var folder = new TemporaryFolder();
        using var listener = new UnixSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(folder["s"]));
        listener.Listen();
        var one = new UnixSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        one.Connect(new UnixDomainSocketEndPoint(folder["s"]));
        return (new NetworkStream(one, ownsSocket: true), new NetworkStream(listener.Accept(), ownsSocket: true));
    }

    public Task SendAsync(KeeperFrameType type, string payload) => SendAsync(type, Encoding.UTF8.GetBytes(payload));

    public async Task SendAsync(KeeperFrameType type, byte[] payload)
    {
        var header = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(header, payload.Length + 1);
        header[4] = (byte)type;
        await SendBytesAsync([.. header, .. payload]);
    }

    public async Task SendBytesAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    public Task HelloAsync(string? client = null) => SendAsync(
        KeeperFrameType.ClientHello,
        client is null ? """{"protocol":1,"abilities":[]}""" : $$"""{"protocol":1,"abilities":[],"client":"{{client}}"}""");

    /// <summary>Types of the next frames; fewer when the connection ends.</summary>
    public async Task<List<KeeperFrameType>> ReadTypesAsync(int count = int.MaxValue)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        var types = new List<KeeperFrameType>();
        var header = new byte[5];
        try
        {
            while (types.Count < count && await _stream.ReadAtLeastAsync(header, 5, throwOnEndOfStream: false, limit.Token) == 5)
            {
                await _stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(header) - 1], limit.Token);
                types.Add((KeeperFrameType)header[4]);
            }
        }
        catch (IOException)
        {
            // Reset: the keeper closed with bytes of ours unread.
        }

        return types;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
