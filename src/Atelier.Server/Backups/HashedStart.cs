using System.Security.Cryptography;

namespace Atelier.Server.Backups;

/// <summary>
/// The start of a stream that may grow while it is read, and a checksum of what is read of it. One that has become shorter is filled up with zeros.
/// </summary>
internal sealed class HashedStart(Stream source, long length, IncrementalHash hash) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer[..Wanted(buffer.Length)], cancellationToken);
        return Took(buffer.Span, read);
    }

    public override int Read(Span<byte> buffer) => Took(buffer, source.Read(buffer[..Wanted(buffer.Length)]));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Wanted(int most) => (int)Math.Min(most, length - _position);

    private int Took(Span<byte> buffer, int read)
    {
        var wanted = Wanted(buffer.Length);
        if (read == 0 && wanted > 0)
        {
            buffer[..wanted].Clear();
            read = wanted;
        }

        hash.AppendData(buffer[..read]);
        _position += read;
        return read;
    }
}
