using System.Runtime.InteropServices;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Log;

/// <summary>One stream of the program on its way into its log: read as much as is there, one write, and it is news.</summary>
/// <remarks>
/// Bytes that the disk did not take stay in the buffer, and nothing more is read until it has them (WL10). A program whose consumer has not
/// committed for too long is not read either (WL8). A reader that lags costs nothing here: it is fed from the log.
/// </remarks>
internal sealed unsafe class LoggedStream
{
    private const int Capacity = 64 << 10;

    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(Capacity);
    private readonly long? _unreadLimitBytes;
    private int _waitingStart;
    private int _waitingEnd;
    private int _freshCount;
    private bool _isDiskFull;
    private bool _saidDiskFull;

    public LoggedStream(WorkerOutput name, int source, LogWriter log, long? unreadLimitBytes)
    {
        Name = name;
        Source = source;
        Log = log;
        Segments = new LogSegments(log);
        Committed = log.End;
        _unreadLimitBytes = unreadLimitBytes;
    }

    public WorkerOutput Name { get; }

    /// <summary>The program's end of it, as a descriptor; not ours to close.</summary>
    public int Source { get; }

    public LogWriter Log { get; }

    public LogSegments Segments { get; }

    /// <summary>Whether the program's side is closed and everything has been read.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Everything before this offset is the consumer's.</summary>
    public long Committed { get; private set; }

    /// <summary>Once the process has ended, what little is left is read whatever the consumer has committed.</summary>
    public bool IgnoresUnread { get; set; }

    /// <summary>Whether bytes wait for the disk.</summary>
    public bool HasWaiting => _waitingEnd > _waitingStart;

    public HoldReason? Held => _isDiskFull ? HoldReason.DiskFull : IsUnread ? HoldReason.Unread : null;

    public bool WantsRead => !IsAtEnd && Held is null;

    /// <summary>Offset of the first byte of <see cref="Fresh"/>.</summary>
    public long FreshStart { get; private set; }

    /// <summary>The newest logged bytes, still in memory; true until the next turn.</summary>
    public ReadOnlySpan<byte> Fresh => new(_buffer, _freshCount);

    private bool IsUnread => !IgnoresUnread && _unreadLimitBytes is { } limit && Log.End - Committed >= limit;

    /// <summary>Reads what is there and logs it; true when the log has grown.</summary>
    public bool Turn()
    {
        if (!HasWaiting)
        {
            Read();
        }

        return HasWaiting && WriteWaiting();
    }

    /// <summary>Writes bytes that do not come from the program; all of them, now or when the disk has room.</summary>
    public void Insert(ReadOnlySpan<byte> bytes)
    {
        bytes[..Math.Min(bytes.Length, Capacity)].CopyTo(new Span<byte>(_buffer, Capacity));
        _waitingStart = 0;
        _waitingEnd = Math.Min(bytes.Length, Capacity);
        _ = WriteWaiting();
    }

    /// <summary>Writes an index record; false when the disk is full, and then the stream is held until <see cref="RetryDisk"/>.</summary>
    public bool TryRecord(LogIndexKind kind, int first, int second)
    {
        SetDisk(!HasWaiting && Log.TryRecord(kind, first, second));
        return !_isDiskFull;
    }

    /// <summary>Lets the disk be tried again.</summary>
    public void RetryDisk()
    {
        if (HasWaiting)
        {
            _ = WriteWaiting();
        }
        else
        {
            // A record waits; whoever wants it written tries again now.
            _isDiskFull = false;
        }
    }

    public void Commit(long offset) => Committed = Math.Max(Committed, Math.Min(offset, Log.End));

    private void Read()
    {
        _waitingStart = _waitingEnd = 0;
        while (WantsRead && _waitingEnd < Capacity)
        {
            var count = Libc.Read(Source, _buffer + _waitingEnd, Capacity - _waitingEnd);
            if (count > 0)
            {
                _waitingEnd += (int)count;
            }
            else if (count == 0 || Libc.Error is not (Linux.Again or Linux.Interrupted))
            {
                // "Input/output error" is how a terminal says that nobody holds its other side any more.
                IsAtEnd = true;
            }
            else
            {
                break;
            }
        }
    }

    private bool WriteWaiting()
    {
        var start = Log.End;
        var done = Log.Append(_buffer + _waitingStart, _waitingEnd - _waitingStart);
        FreshStart = start - _waitingStart;
        _waitingStart += done;
        _freshCount = _waitingStart;
        SetDisk(!HasWaiting);
        return done > 0;
    }

    private void SetDisk(bool isTaken)
    {
        if (isTaken == _saidDiskFull)
        {
            KeeperLog.Write(isTaken
                ? $"The log in {Log.Folder} can be written again, from {Log.End} on."
                : $"The log in {Log.Folder} cannot be written at {Log.End}: {Launch.Errno.Describe(Log.LastError)}. The program is held back.");
        }

        _isDiskFull = _saidDiskFull = !isTaken;
    }
}
