using System.Buffers.Binary;
using System.Collections.Concurrent;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.Server.Hosts.Links;

/// <summary>The server's ends of a link's tunnels (HL7): each is a stream to a worker's socket on the host.</summary>
internal sealed class HostChannels
{
    public const int HeaderBytes = 5;

    private readonly ConcurrentDictionary<int, ChannelStream> _open = new();
    private int _last;

    /// <summary>Sends a binary frame on the link; set before the link's loop begins.</summary>
    public required Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Send { get; init; }

    /// <summary>Opens a tunnel to where a worker's bytes are.</summary>
    public async Task<Stream> OpenAsync(HostLink link, string workerId, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _last);
        var stream = new ChannelStream(number, Send, Forget);
        _open[number] = stream;
        try
        {
            await link.RequestAsync(
                HostMethods.OpenChannel,
                new OpenChannelRequest(number, workerId),
                HostJson.Default.OpenChannelRequest,
                HostJson.Default.Done,
                cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
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

        if (!_open.TryGetValue(BinaryPrimitives.ReadInt32BigEndian(frame[1..]), out var stream))
        {
            return; // closed here a moment ago
        }

        var payload = frame[HeaderBytes..];
        switch ((ChannelFrameType)frame[0])
        {
            case ChannelFrameType.Data:
                stream.TakeData(payload);
                break;
            case ChannelFrameType.Credit when payload.Length == sizeof(int):
                stream.AddCredit(BinaryPrimitives.ReadInt32BigEndian(payload));
                break;
            case ChannelFrameType.End:
                stream.End();
                break;
            default:
                throw new MessageTransportException("A credit frame carries four bytes.");
        }
    }

    /// <summary>The link is gone, and all tunnels with it.</summary>
    public void EndAll()
    {
        foreach (var stream in _open.Values)
        {
            stream.End();
        }
    }

    private void Forget(int number) => _open.TryRemove(number, out _);
}
