using Atelier.Keeper.Log;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Socket;

/// <summary>The Output frame that a connection is in the middle of: a header, then bytes that lie in the log.</summary>
/// <remarks>
/// Bytes that have just been read are sent from memory in one call with the header. Whatever the connection did not take, and everything
/// older, is sent from the segment file; so a slow reader holds no memory here.
/// </remarks>
internal sealed unsafe class OutputFrame
{
    private readonly byte[] _header = new byte[KeeperFrameWriter.OutputHeaderBytes];
    private int _headerLeft;

    /// <summary>Offset of the next byte to send.</summary>
    public long Position { get; set; }

    /// <summary>Bytes still to send.</summary>
    public int Left { get; private set; }

    public bool IsOpen => _headerLeft > 0 || Left > 0;

    /// <summary>Begins a frame at <see cref="Position"/>.</summary>
    public void Begin(int count, long end)
    {
        KeeperFrameWriter.WriteOutputHeader(_header, Position, end, count);
        _headerLeft = _header.Length;
        Left = count;
    }

    /// <summary>Sends header and bytes from memory; false when the connection took only part of it.</summary>
    public bool TrySendFresh(int fd, ReadOnlySpan<byte> fresh)
    {
        fixed (byte* header = _header)
        fixed (byte* bytes = fresh)
        {
            var parts = stackalloc Libc.Part[2];
            parts[0] = new Libc.Part { Start = header + _header.Length - _headerLeft, Length = _headerLeft };
            parts[1] = new Libc.Part { Start = bytes, Length = Left };
            var sent = Libc.WriteParts(fd, parts, 2);
            if (sent > 0)
            {
                var ofHeader = (int)Math.Min(sent, _headerLeft);
                _headerLeft -= ofHeader;
                Left -= (int)sent - ofHeader;
                Position += sent - ofHeader;
            }
        }

        return !IsOpen;
    }

    /// <summary>Sends what is left of the header; false when the connection does not take it all.</summary>
    public bool TrySendHeader(int fd)
    {
        fixed (byte* header = _header)
        {
            while (_headerLeft > 0)
            {
                var sent = Libc.Write(fd, header + _header.Length - _headerLeft, _headerLeft);
                if (sent < 0)
                {
                    return false;
                }

                _headerLeft -= (int)sent;
            }
        }

        return true;
    }

    /// <summary>Sends the rest of the frame from its segment; false when the connection takes no more now.</summary>
    public bool TrySendFrom(int fd, SegmentView segment, long segmentEnd)
    {
        while (Left > 0 && Position < segmentEnd)
        {
            var from = Position - segment.Start;
            var sent = Libc.SendFile(fd, segment.Fd, &from, (nint)Math.Min(Left, segmentEnd - Position));
            if (sent <= 0)
            {
                return false;
            }

            Left -= (int)sent;
            Position += sent;
        }

        return Left == 0;
    }
}
