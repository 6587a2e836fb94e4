using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.ServerLink;

/// <summary>The channels of one link: tunnels from the server to sockets of this machine (HL7).</summary>
/// <remarks>Data of a channel waits in that channel, within its credit; the link's reading loop and the other channels never wait for it.</remarks>
internal sealed class RelayChannels(TimeSpan connectLimit) : IAsyncDisposable
{
    public const int HeaderBytes = 5;

    private readonly ConcurrentDictionary<int, RelayChannel> _channels = new();
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Sends a binary frame on the link; set before the link's loop begins.</summary>
    public required Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Send { get; init; }

    /// <summary>Opens a tunnel.</summary>
    public async Task OpenAsync(int channel, string socketPath, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(connectLimit);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), limit.Token);
        }
        catch (Exception unreachable) when (unreachable is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw new JsonRpcException(LinkRefusals.NotFound, "Nobody answers for this worker just now.");
        }

        var relay = new RelayChannel(channel, socket, Send, _ending.Token);
        if (!_channels.TryAdd(channel, relay))
        {
            await relay.DisposeAsync();
            throw new JsonRpcException(LinkRefusals.Exists, $"Channel {channel} is open already.");
        }

        _ = RunAsync(relay);
    }

    /// <summary>Ends a tunnel; one that is not there is closed already.</summary>
    public async Task CloseAsync(int channel)
    {
        if (_channels.TryRemove(channel, out var relay))
        {
            await relay.DisposeAsync();
        }
    }

    /// <summary>Takes a binary frame of the link.</summary>
    /// <exception cref="MessageTransportException">It is not a frame, or more than the credit allowed.</exception>
    public void Take(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < HeaderBytes || frame[0] is < (byte)ChannelFrameType.Data or > (byte)ChannelFrameType.End)
        {
            throw new MessageTransportException("A channel frame has a type from 1 to 3 and at least 5 bytes.");
        }

        if (!_channels.TryGetValue(BinaryPrimitives.ReadInt32BigEndian(frame[1..]), out var relay))
        {
            return;   // it has just ended here; the other side will hear of it
        }

        var payload = frame[HeaderBytes..];
        switch (frame[0])
        {
            case (byte)ChannelFrameType.Data when !relay.TryTakeData(payload):
                throw new MessageTransportException("More channel bytes than there was credit for.");
            case (byte)ChannelFrameType.Data:
                break;
            case (byte)ChannelFrameType.Credit when payload.Length == 4:
                relay.AddCredit(BinaryPrimitives.ReadInt32BigEndian(payload));
                break;
            case (byte)ChannelFrameType.End:
                relay.EndInput();
                break;
            default:
                throw new MessageTransportException("A credit frame has 4 bytes after the channel.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var channel in _channels.Keys)
        {
            await CloseAsync(channel);
        }
    }

    private async Task RunAsync(RelayChannel relay)
    {
        await relay.RunAsync();
        _channels.TryRemove(new KeyValuePair<int, RelayChannel>(relay.Number, relay));
        await relay.DisposeAsync();
    }
}
