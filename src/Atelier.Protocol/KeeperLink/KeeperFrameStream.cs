using System.Buffers.Binary;
using System.Text.Json.Serialization.Metadata;

namespace Atelier.Protocol.KeeperLink;

/// <summary>Frames over a stream, in both directions; either end of a KeeperLink.</summary>
/// <remarks>One caller reads; any may send. No bytes are kept beyond the frame being read.</remarks>
/// <param name="stream">The stream; closed with this.</param>
internal sealed class KeeperFrameStream(Stream stream) : IAsyncDisposable
{
    // It grows to the largest frame met; most connections only ever hear how far a log has grown.
    private const int InitialBufferBytes = 4 << 10;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private byte[] _buffer = new byte[InitialBufferBytes];
    private int _start;
    private int _end;

    /// <summary>Whether a whole frame is here already, so that reading will not wait.</summary>
    public bool HasFrame =>
        _end - _start >= sizeof(uint)
        && _end - _start >= sizeof(uint) + BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));

    /// <summary>The next frame; null when the other side closed. Its memory is good until the next call.</summary>
    public async ValueTask<KeeperFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var frame))
            {
                return frame;
            }

            MakeRoom();
            var length = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (length == 0)
            {
                return null;
            }

            _end += length;
        }
    }

    public ValueTask SendAsync<T>(KeeperFrameType type, T message, JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        SendAsync(KeeperFrameWriter.Control(type, message, json), cancellationToken);

    /// <summary>Sends a whole frame. Given up halfway, it closes the stream: what followed would be read as its rest.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (frame.Length - sizeof(uint) > KeeperProtocol.MaxFrameBytes)
        {
            throw new ArgumentException(
                $"A frame has at most {KeeperProtocol.MaxFrameBytes} bytes; this one has {frame.Length - sizeof(uint)}.", nameof(frame));
        }

        await _sending.WaitAsync(cancellationToken);
        try
        {
            await stream.WriteAsync(frame, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await stream.DisposeAsync();
            throw;
        }
        finally
        {
            _sending.Release();
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private bool TryTake(out KeeperFrame frame)
    {
        frame = default;
        if (_end - _start < KeeperProtocol.HeaderBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
        if (length is 0 or > KeeperProtocol.MaxFrameBytes)
        {
            throw new InvalidDataException($"A frame came of {length} bytes; the most is {KeeperProtocol.MaxFrameBytes}.");
        }

        var whole = sizeof(uint) + (int)length;
        if (_end - _start < whole)
        {
            return false;
        }

        var type = (KeeperFrameType)_buffer[_start + sizeof(uint)];
        var payload = _buffer.AsMemory(_start + KeeperProtocol.HeaderBytes, (int)length - 1);
        var isWellFormed = type switch
        {
            KeeperFrameType.Output => payload.Length >= 2 * sizeof(long),
            KeeperFrameType.Progress or KeeperFrameType.InputAck => payload.Length == sizeof(long),
            _ => true,
        };
        if (!isWellFormed)
        {
            throw new InvalidDataException($"A {type} frame has only {payload.Length} bytes.");
        }

        _start += whole;
        frame = new KeeperFrame(type, payload);
        return true;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, KeeperProtocol.MaxFrameBytes + sizeof(uint)));
        }
    }
}
