using System.Buffers.Binary;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Socket;

/// <summary>What became of a read.</summary>
internal enum ReadOutcome
{
    /// <summary>There may be frames now.</summary>
    Read,

    /// <summary>Nothing to read yet.</summary>
    Nothing,

    /// <summary>The peer is gone.</summary>
    Closed,
}

/// <summary>Bytes from a socket, cut into frames.</summary>
internal sealed unsafe class FrameBuffer
{
    private const int SmallBytes = 4096;

    private byte[] _bytes = new byte[SmallBytes];
    private int _start;
    private int _end;

    /// <summary>Reads what the socket has, as far as there is room.</summary>
    public ReadOutcome ReadFrom(int socket)
    {
        MakeRoom();
        fixed (byte* bytes = &_bytes[_end])
        {
            var length = LibC.ReadAgain(socket, bytes, _bytes.Length - _end);
            if (length > 0)
            {
                _end += (int)length;
                return ReadOutcome.Read;
            }

            return length < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == LibC.TryAgain
                ? ReadOutcome.Nothing
                : ReadOutcome.Closed;
        }
    }

    /// <summary>Takes the next whole frame; its payload is good until the next read.</summary>
    /// <exception cref="InvalidDataException">The frame is longer than the protocol allows, or empty.</exception>
    public bool TryTake(out KeeperFrameType type, out ReadOnlySpan<byte> payload)
    {
        type = default;
        payload = default;
        var there = _bytes.AsSpan(_start.._end);
        if (there.Length < KeeperProtocol.HeaderBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(there);
        if (length is 0 or > KeeperProtocol.MaxFrameBytes)
        {
            throw new InvalidDataException($"a frame of {length} bytes; the most is {KeeperProtocol.MaxFrameBytes}");
        }

        if (there.Length < sizeof(uint) + (int)length)
        {
            return false;
        }

        type = (KeeperFrameType)there[sizeof(uint)];
        payload = there[KeeperProtocol.HeaderBytes..(sizeof(uint) + (int)length)];
        _start += sizeof(uint) + (int)length;
        return true;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
            if (_bytes.Length > SmallBytes)
            {
                _bytes = new byte[SmallBytes];
            }
        }
        else if (_start > 0)
        {
            _bytes.AsSpan(_start.._end).CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(_bytes.Length * 4, KeeperProtocol.MaxFrameBytes + sizeof(uint)));
        }
    }
}
