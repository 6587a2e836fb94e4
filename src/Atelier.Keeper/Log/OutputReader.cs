using System.Runtime.InteropServices;
using Atelier.Keeper.Native;

namespace Atelier.Keeper.Log;

/// <summary>Called with bytes that the log has just taken.</summary>
internal unsafe delegate void BytesLogged(KeeperLog log, byte* bytes, int count);

/// <summary>Reads one output of the program into its log. When the disk is full it keeps what it has read and reads no more (rule WL10).</summary>
internal sealed unsafe class OutputReader(int descriptor, KeeperLog log, TimeProvider time) : IDisposable
{
    private const int BufferBytes = 64 << 10;
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(BufferBytes);
    private int _start;
    private int _end;
    private long _retryAt;

    public int Descriptor { get; } = descriptor;

    public KeeperLog Log { get; } = log;

    /// <summary>Whether the program and all that share its output have closed it.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether bytes wait for room on the disk.</summary>
    public bool IsDiskFull => _start < _end;

    /// <summary>Whether it is time to try the disk again.</summary>
    public bool IsRetryDue => IsDiskFull && time.GetTimestamp() >= _retryAt;

    /// <summary>Reads what is there, up to the buffer, and logs it; gives how many bytes were logged.</summary>
    public int Read(BytesLogged logged)
    {
        if (!IsDiskFull)
        {
            Fill();
        }

        if (_start == _end)
        {
            return 0;
        }

        var count = Log.Append(_buffer + _start, _end - _start);
        if (count > 0)
        {
            logged(Log, _buffer + _start, count);
            _start += count;
        }

        if (IsDiskFull)
        {
            _retryAt = time.GetTimestamp() + (long)(s_retry.TotalSeconds * time.TimestampFrequency);
        }

        return count;
    }

    public void Dispose() => NativeMemory.Free(_buffer);

    /// <summary>The kernel hands out a terminal's bytes in pieces of at most 4 KiB: takes as many as there are.</summary>
    private void Fill()
    {
        (_start, _end) = (0, 0);
        while (_end < BufferBytes)
        {
            var length = (int)LibC.ReadAgain(Descriptor, _buffer + _end, BufferBytes - _end);
            if (length > 0)
            {
                _end += length;
                continue;
            }

            // A terminal whose last user is gone says EIO where a pipe says end of file.
            IsEnded |= length == 0 || Marshal.GetLastPInvokeError() != LibC.TryAgain;
            return;
        }
    }
}
