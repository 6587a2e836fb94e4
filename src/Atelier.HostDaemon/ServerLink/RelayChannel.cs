using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Threading.Channels;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.ServerLink;

/// <summary>One tunnel: bytes of the link to a socket and back, each way within the credit that the reader gave.</summary>
internal sealed class RelayChannel : IAsyncDisposable
{
    // A credit for every keystroke would double the frames; the peer never runs dry for the lack of this much.
    private const int CreditStep = HostProtocol.InitialCreditBytes / 4;

    private readonly Socket _socket;
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> _send;
    private readonly CancellationTokenSource _ending;
    private readonly Channel<byte[]> _toSocket = Channel.CreateUnbounded<byte[]>();   // bounded by the credit
    private readonly SemaphoreSlim _creditCame = new(0, 1);
    private long _creditToSend = HostProtocol.InitialCreditBytes;
    private long _creditGiven = HostProtocol.InitialCreditBytes;

    public RelayChannel(
        int number,
        Socket socket,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send,
        CancellationToken linkEnds)
    {
        Number = number;
        _socket = socket;
        _send = send;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(linkEnds);
    }

    public int Number { get; }

    /// <summary>Takes bytes for the socket; false when there was no credit for them.</summary>
    public bool TryTakeData(ReadOnlySpan<byte> bytes)
    {
        if (Interlocked.Add(ref _creditGiven, -bytes.Length) < 0)
        {
            return false;
        }

        _toSocket.Writer.TryWrite(bytes.ToArray());
        return true;
    }

    /// <summary>The other side takes more bytes.</summary>
    public void AddCredit(int bytes)
    {
        if (bytes > 0)
        {
            Interlocked.Add(ref _creditToSend, bytes);
            TryWake();
        }
    }

    /// <summary>The other side sends no more.</summary>
    public void EndInput() => _toSocket.Writer.TryComplete();

    /// <summary>Pumps both ways until either end is through.</summary>
    public async Task RunAsync()
    {
        var pumps = new[] { ToSocketAsync(), FromSocketAsync() };
        await Task.WhenAny(pumps);
        await _ending.CancelAsync();
        await Task.WhenAll(pumps);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _socket.Dispose();
    }

    private async Task ToSocketAsync()
    {
        var taken = 0;
        try
        {
            await foreach (var bytes in _toSocket.Reader.ReadAllAsync(_ending.Token))
            {
                for (var sent = 0; sent < bytes.Length;)
                {
                    sent += await _socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, _ending.Token);
                }

                taken += bytes.Length;
                if (taken >= CreditStep)
                {
                    Interlocked.Add(ref _creditGiven, taken);
                    await SendCreditAsync(taken);
                    taken = 0;
                }
            }
        }
        catch (Exception ended) when (IsEnd(ended))
        {
            // The socket, the link or the channel is through.
        }
    }

    private async Task FromSocketAsync()
    {
        var frame = ArrayPool<byte>.Shared.Rent(RelayChannels.HeaderBytes + HostProtocol.MaxChannelBytes);
        try
        {
            while (true)
            {
                var room = await WaitForCreditAsync();
                var read = await _socket.ReceiveAsync(
                    frame.AsMemory(RelayChannels.HeaderBytes, room), SocketFlags.None, _ending.Token);
                if (read == 0)
                {
                    break;
                }

                Interlocked.Add(ref _creditToSend, -read);
                WriteHeader(frame, ChannelFrameType.Data);
                await _send(frame.AsMemory(0, RelayChannels.HeaderBytes + read), _ending.Token);
            }

            WriteHeader(frame, ChannelFrameType.End);
            await _send(frame.AsMemory(0, RelayChannels.HeaderBytes), _ending.Token);
        }
        catch (Exception ended) when (IsEnd(ended))
        {
            // As above; a link that is gone needs no word of it.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private async Task<int> WaitForCreditAsync()
    {
        while (true)
        {
            var credit = Interlocked.Read(ref _creditToSend);
            if (credit > 0)
            {
                return (int)Math.Min(credit, HostProtocol.MaxChannelBytes);
            }

            await _creditCame.WaitAsync(_ending.Token);
        }
    }

    private ValueTask SendCreditAsync(int bytes)
    {
        var frame = new byte[RelayChannels.HeaderBytes + 4];
        WriteHeader(frame, ChannelFrameType.Credit);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(RelayChannels.HeaderBytes), bytes);
        return _send(frame, _ending.Token);
    }

    private void WriteHeader(Span<byte> frame, ChannelFrameType type)
    {
        frame[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], Number);
    }

    private void TryWake()
    {
        try
        {
            _creditCame.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    private static bool IsEnd(Exception exception) =>
        exception is OperationCanceledException or SocketException or ObjectDisposedException or MessageTransportException;
}
