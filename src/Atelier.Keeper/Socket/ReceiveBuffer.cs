using System.Buffers.Binary;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Socket;

/// <summary>What one connection has sent and nobody has handled yet: at most one whole frame and the read after it.</summary>
internal sealed unsafe class ReceiveBuffer
{
    private const int SmallBytes = 512;
    private const int MaxKeptBytes = 16 << 10;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>Reads what has come; false when the other side has closed or is gone.</summary>
    public bool TryReceive(int fd)
    {
        MakeRoom();
        fixed (byte* start = &_bytes[_end])
        {
            var count = Libc.Read(fd, start, _bytes.Length - _end);
            if (count > 0)
            {
                _end += (int)count;
                return true;
            }

            return count < 0 && Libc.Error is Linux.Again or Linux.Interrupted;
        }
    }

    /// <summary>Looks at the next whole frame; it stays until <see cref="Drop"/>.</summary>
    /// <exception cref="BrokenProtocolException">Its length is false.</exception>
    public bool TryPeek(out KeeperFrameType type, out ReadOnlySpan<byte> payload)
    {
        type = default;
        payload = default;
        var have = _bytes.AsSpan(_start, _end - _start);
        if (have.Length < KeeperProtocol.HeaderBytes)
        {
            return false;
        }

        var length = LengthOf(have);
        if (have.Length < sizeof(int) + length)
        {
            return false;
        }

        type = (KeeperFrameType)have[sizeof(int)];
        payload = have[KeeperProtocol.HeaderBytes..(sizeof(int) + length)];
        return true;
    }

    public void Drop(int payloadBytes)
    {
        _start += KeeperProtocol.HeaderBytes + payloadBytes;
        if (_start == _end)
        {
            _start = _end = 0;
            if (_bytes.Length > MaxKeptBytes)
            {
                _bytes = [];
            }
        }
    }

    /// <summary>Forgets everything that nobody has handled.</summary>
    public void Clear() => _start = _end = 0;

    private static int LengthOf(ReadOnlySpan<byte> have)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(have);
        return length is >= 1 and <= KeeperProtocol.MaxFrameBytes
            ? length
            : throw new BrokenProtocolException($"A frame of {(uint)length} bytes is not allowed; the longest has {KeeperProtocol.MaxFrameBytes}.");
    }

    private void MakeRoom()
    {
        var have = _end - _start;
        var needed = have >= sizeof(int) ? sizeof(int) + BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(_start)) : 0;
        if (_end < _bytes.Length && _start + needed <= _bytes.Length)
        {
            return;
        }

        // A long frame is made room for as it comes, not as it is announced.
        var size = Math.Max(SmallBytes, needed > _bytes.Length ? Math.Min(needed, Math.Max(_bytes.Length * 4, SmallBytes)) : _bytes.Length);
        size = Math.Max(size, have + 1);
        var moved = size > _bytes.Length ? new byte[size] : _bytes;
        _bytes.AsSpan(_start, have).CopyTo(moved);
        _bytes = moved;
        _start = 0;
        _end = have;
    }
}
