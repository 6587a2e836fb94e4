using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.Server.Hosts.Links;

/// <summary>One tunnel as a stream. Bytes wait in it within the credit it has given; it never holds up the link.</summary>
internal sealed class ChannelStream(
    int number, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, Action<int> forget) : Stream
{
    private const int CreditStep = HostProtocol.InitialCreditBytes / 4;

    private readonly Pipe _incoming = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly SemaphoreSlim _creditCame = new(0, 1);
    private readonly CancellationTokenSource _ended = new();
    private long _creditGiven = HostProtocol.InitialCreditBytes;
    private long _creditToSend = HostProtocol.InitialCreditBytes;
    private int _taken;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes have come for whoever reads.</summary>
    public void TakeData(ReadOnlySpan<byte> bytes)
    {
        if (Interlocked.Add(ref _creditGiven, -bytes.Length) < 0)
        {
            throw new MessageTransportException("More channel bytes than there was credit for.");
        }

        if (!_ended.IsCancellationRequested)
        {
            _incoming.Writer.Write(bytes);
            var flushed = _incoming.Writer.FlushAsync();
            if (!flushed.IsCompletedSuccessfully)
            {
                throw new MessageTransportException("A tunnel's bytes could not be taken."); // cannot be: its bound is the credit
            }
        }
    }

    /// <summary>The daemon takes more bytes.</summary>
    public void AddCredit(int bytes)
    {
        if (bytes > 0)
        {
            Interlocked.Add(ref _creditToSend, bytes);
            Wake();
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        if (!_ended.IsCancellationRequested)
        {
            _ended.Cancel();
            _incoming.Writer.Complete();
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _incoming.Reader.ReadAsync(cancellationToken);
        var length = (int)Math.Min(buffer.Length, read.Buffer.Length);
        read.Buffer.Slice(0, length).CopyTo(buffer.Span);
        _incoming.Reader.AdvanceTo(read.Buffer.GetPosition(length));
        _taken += length;
        if (_taken >= CreditStep && !_ended.IsCancellationRequested)
        {
            var credit = new byte[HostChannels.HeaderBytes + sizeof(int)];
            WriteHeader(credit, ChannelFrameType.Credit);
            BinaryPrimitives.WriteInt32BigEndian(credit.AsSpan(HostChannels.HeaderBytes), _taken);
            Interlocked.Add(ref _creditGiven, _taken);
            _taken = 0;
            await send(credit, cancellationToken);
        }

        return length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var part = await WaitForCreditAsync(buffer.Length, cancellationToken);
            var frame = new byte[HostChannels.HeaderBytes + part];
            WriteHeader(frame, ChannelFrameType.Data);
            buffer[..part].CopyTo(frame.AsMemory(HostChannels.HeaderBytes));
            Interlocked.Add(ref _creditToSend, -part);
            await send(frame, cancellationToken);
            buffer = buffer[part..];
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_ended.IsCancellationRequested)
        {
            End();
            var end = new byte[HostChannels.HeaderBytes];
            WriteHeader(end, ChannelFrameType.End);
            try
            {
                await send(end, CancellationToken.None);
            }
            catch (MessageTransportException)
            {
                // The link is gone, and the tunnel with it.
            }
        }

        forget(number);
        await base.DisposeAsync();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // Every write goes out at once.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task<int> WaitForCreditAsync(int wanted, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        while (true)
        {
            var credit = Interlocked.Read(ref _creditToSend);
            if (credit > 0)
            {
                return (int)Math.Min(Math.Min(credit, wanted), HostProtocol.MaxChannelBytes);
            }

            try
            {
                await _creditCame.WaitAsync(either.Token);
            }
            catch (OperationCanceledException ended) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException("The tunnel to the host ended.", ended);
            }
        }
    }

    private void Wake()
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

    private void WriteHeader(Span<byte> frame, ChannelFrameType type)
    {
        frame[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], number);
    }
}
