using System.Buffers.Binary;
using System.IO.Pipelines;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.TestKit.HostLink;

/// <summary>The server's end of a tunnel: a stream to a worker's socket on the daemon's machine, which gives credit as it is read.</summary>
public sealed class TunnelStream : Stream
{
    private readonly WebSocketMessages _link;
    private readonly Pipe _incoming = new(new PipeOptions(pauseWriterThreshold: 0));

    internal TunnelStream(int number, WebSocketMessages link)
    {
        Number = number;
        _link = link;
    }

    public int Number { get; }

    /// <summary>Bytes that came and were not read yet.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    private long _waiting;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _incoming.Reader.AsStream().ReadAsync(buffer, cancellationToken);
        Interlocked.Add(ref _waiting, -read);
        if (read > 0)
        {
            var credit = new byte[9];
            Header(credit, ChannelFrameType.Credit);
            BinaryPrimitives.WriteInt32BigEndian(credit.AsSpan(5), read);
            await _link.SendBinaryAsync(credit, cancellationToken);
        }

        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (; buffer.Length > 0; buffer = buffer[Math.Min(buffer.Length, HostProtocol.MaxChannelBytes)..])
        {
            var piece = buffer[..Math.Min(buffer.Length, HostProtocol.MaxChannelBytes)];
            var frame = new byte[5 + piece.Length];
            Header(frame, ChannelFrameType.Data);
            piece.CopyTo(frame.AsMemory(5));
            await _link.SendBinaryAsync(frame, cancellationToken);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is held back.
    }

    internal void Take(ChannelFrameType type, ReadOnlySpan<byte> payload)
    {
        if (type == ChannelFrameType.Data)
        {
            Interlocked.Add(ref _waiting, payload.Length);
            payload.CopyTo(_incoming.Writer.GetSpan(payload.Length));
            _incoming.Writer.Advance(payload.Length);
            _ = _incoming.Writer.FlushAsync().AsTask();
        }
        else if (type == ChannelFrameType.End)
        {
            _incoming.Writer.Complete();
        }
    }

    private void Header(Span<byte> frame, ChannelFrameType type)
    {
        frame[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], Number);
    }
}
