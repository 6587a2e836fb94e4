using Atelier.Keeper.Native;

namespace Atelier.Keeper.Socket;

/// <summary>Control frames that wait for one connection to take them.</summary>
internal sealed unsafe class Outbox
{
    private const int SmallBytes = 256;
    private const int MaxKeptBytes = 16 << 10;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public int Count => _end - _start;

    public void Add(ReadOnlySpan<byte> frame)
    {
        if (_bytes.Length - _end < frame.Length)
        {
            var moved = new byte[Math.Max(SmallBytes, (Count + frame.Length) * 2)];
            _bytes.AsSpan(_start, Count).CopyTo(moved);
            _end = Count;
            _start = 0;
            _bytes = moved;
        }

        frame.CopyTo(_bytes.AsSpan(_end));
        _end += frame.Length;
    }

    /// <summary>Sends; false when the connection takes no more now, or is gone.</summary>
    public bool TrySend(int fd)
    {
        while (Count > 0)
        {
            fixed (byte* start = &_bytes[_start])
            {
                var sent = Libc.Write(fd, start, Count);
                if (sent < 0)
                {
                    if (Libc.Error == Linux.Interrupted)
                    {
                        continue;
                    }

                    return false;
                }

                _start += (int)sent;
            }
        }

        _start = _end = 0;
        if (_bytes.Length > MaxKeptBytes)
        {
            _bytes = [];
        }

        return true;
    }
}
