using Atelier.Keeper.Launch;
using Atelier.Keeper.Native;
using Atelier.Protocol.Layout;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Log;

/// <summary>Appends to one log: bytes into segments, what happened into the index. The only writer of its folder.</summary>
/// <remarks>
/// Everything is written at the place this class says, never "at the end", so a write that the disk took half of is simply gone on with.
/// Nobody is told of a byte or record before it is written. Syncing runs on another thread: <see cref="Sync"/> is its only entrance.
/// </remarks>
internal sealed unsafe class LogWriter
{
    private readonly Lock _gate = new();
    private readonly List<int> _sealed = [];
    private readonly long _segmentBytes;
    private readonly Guid _bootId;
    private readonly int _folder;
    private readonly int _index;
    private readonly int _synced;
    private int _segment = -1;
    private long _end;
    private bool _isFolderChanged = true;
    private bool _isSyncFailing;

    private LogWriter(string folder, long segmentBytes, Guid bootId, int index)
    {
        Folder = folder;
        _segmentBytes = segmentBytes;
        _bootId = bootId;
        _index = index;
        _folder = OpenOrThrow(folder, Linux.ReadOnly);
        _synced = OpenOrThrow(Path.Combine(folder, LogFiles.Synced), Linux.ReadWrite | Linux.Create);
    }

    public string Folder { get; }

    /// <summary>End of the log: the offset of the next byte.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Offset of the first byte of the segment that is written now.</summary>
    public long SegmentStart { get; private set; }

    /// <summary>Index records written.</summary>
    public int RecordCount { get; private set; }

    /// <summary>errno of the last write that did not go through.</summary>
    public int LastError { get; private set; }

    /// <summary>Last epoch in the index when the log was opened.</summary>
    public int LastEpoch { get; private init; }

    /// <summary>Told of the start of each new segment.</summary>
    public Action<long>? SegmentBegun { get; set; }

    /// <summary>Puts what a file holds on the disk. Tests have it go wrong.</summary>
    public Func<int, bool> FileToDisk { get; set; } = static fd => Libc.SyncData(fd) == 0;

    /// <summary>Puts a folder on the disk with what it names. Tests have it go wrong.</summary>
    public Func<int, bool> FolderToDisk { get; set; } = static fd => Libc.Sync(fd) == 0;

    public static LogWriter Open(string folder, long segmentBytes)
    {
        if (Libc.MakeFolder(folder, 0b111_000_000) != 0 && Libc.Error != Linux.Exists)
        {
            throw LaunchException.Log($"The folder {folder} cannot be made", Libc.Error);
        }

        // The lock goes with this process, however that ends.
        var turn = OpenOrThrow(Path.Combine(folder, LogFiles.Lock), Linux.ReadWrite | Linux.Create);
        if (Libc.Lock(turn, Linux.LockExclusive | Linux.LockNonBlocking) != 0)
        {
            throw new LaunchException("log-in-use", $"Another keeper is writing to {folder}.");
        }

        var index = OpenOrThrow(Path.Combine(folder, LogFiles.Index), Linux.ReadWrite | Linux.Create);
        var bootId = Guid.Parse(ProcessIdentity.BootId);
        var found = LogRecovery.Recover(folder, bootId);
        var writer = new LogWriter(folder, segmentBytes, bootId, index)
        {
            LastEpoch = AttachPoint.Resolve(found.Records, found.End, found.End, from: null, epoch: null).Epoch,
            RecordCount = found.Records.Length,
            _end = found.End,
        };
        writer.GoOn(found);
        return writer;
    }

    /// <summary>Appends bytes; how many the disk took. Fewer than given means <see cref="LastError"/>, and to try again with the rest.</summary>
    public int Append(byte* bytes, int count)
    {
        var done = 0;
        while (done < count)
        {
            if ((_segment < 0 || _end - SegmentStart >= _segmentBytes) && !TryBeginSegment())
            {
                break;
            }

            var written = Libc.WriteAt(_segment, bytes + done, count - done, _end - SegmentStart);
            if (written < 0)
            {
                LastError = Libc.Error;
                if (LastError == Linux.Interrupted)
                {
                    continue;
                }

                break;
            }

            done += (int)written;
            Volatile.Write(ref _end, _end + written);
        }

        return done;
    }

    /// <summary>Appends an index record at the end of the log; false when the disk did not take it: try the same again.</summary>
    public bool TryRecord(LogIndexKind kind, int first, int second)
    {
        var record = new LogIndexRecord(kind, _end, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), first, second);
        var bytes = stackalloc byte[LogIndexRecord.Size];
        record.Write(new Span<byte>(bytes, LogIndexRecord.Size));
        var written = Libc.WriteAt(_index, bytes, LogIndexRecord.Size, (long)RecordCount * LogIndexRecord.Size);
        if (written == LogIndexRecord.Size)
        {
            RecordCount++;
            return true;
        }

        LastError = written < 0 ? Libc.Error : Linux.NoSpace;
        return false;
    }

    /// <summary>Reads one index record that has been written.</summary>
    public LogIndexRecord Record(int number)
    {
        var bytes = stackalloc byte[LogIndexRecord.Size];
        var count = Libc.ReadAt(_index, bytes, LogIndexRecord.Size, (long)number * LogIndexRecord.Size);
        return count == LogIndexRecord.Size && LogIndexRecord.TryRead(new ReadOnlySpan<byte>(bytes, LogIndexRecord.Size), out var record)
            ? record
            : throw new IOException($"Record {number} of the index in {Folder} cannot be read.");
    }

    /// <summary>Puts everything written so far on the disk and notes how far that is; false when it must be tried again. Called by one thread at a time.</summary>
    public bool Sync()
    {
        int[] done;
        int segment;
        long end;
        bool isFolderChanged;
        lock (_gate)
        {
            done = [.. _sealed];
            _sealed.Clear();
            segment = _segment;
            end = End;
            isFolderChanged = _isFolderChanged;
            _isFolderChanged = false;
        }

        var isIndexSynced = FileToDisk(_index);
        var notSynced = new List<int>();
        foreach (var fd in done)
        {
            if (FileToDisk(fd))
            {
                _ = Libc.Close(fd);
            }
            else
            {
                notSynced.Add(fd);
            }
        }

        var isSegmentSynced = segment < 0 || FileToDisk(segment);
        var isFolderSynced = !isFolderChanged || FolderToDisk(_folder);
        if (isIndexSynced && isSegmentSynced && isFolderSynced && notSynced.Count == 0)
        {
            WriteMark(end);
            _ = Libc.SyncData(_synced);
            _isSyncFailing = false;
            return true;
        }

        if (!_isSyncFailing)
        {
            KeeperLog.Write($"The log in {Folder} could not be synced: {Errno.Describe(Libc.Error)}.");
        }

        // The mark may not pass what this sync has left behind.
        _isSyncFailing = true;
        lock (_gate)
        {
            _sealed.InsertRange(0, notSynced);
            _isFolderChanged |= !isFolderSynced;
        }

        return false;
    }

    private static int OpenOrThrow(string path, int flags)
    {
        var fd = Libc.Open(path, flags | Linux.CloseOnExec, 0b110_000_000);
        return fd >= 0 ? fd : throw LaunchException.Log($"{path} cannot be opened", Libc.Error);
    }

    private void GoOn(RecoveredLog found)
    {
        // A torn or false record, and what lies past the kept bytes, goes.
        if (Libc.Truncate(_index, (long)RecordCount * LogIndexRecord.Size) != 0)
        {
            throw LaunchException.Log($"The index in {Folder} cannot be written", Libc.Error);
        }

        if (found.Appendable is { } start)
        {
            SegmentStart = start;
            _segment = OpenOrThrow(SegmentPath(start), Linux.ReadWrite);
        }

        // What was found after a reboot came from the disk; within one boot the old mark goes on being true.
        if (!found.IsMarked && !WriteMark(_end))
        {
            throw LaunchException.Log($"The log in {Folder} cannot be written", Libc.Error);
        }
    }

    private bool WriteMark(long end)
    {
        var bytes = stackalloc byte[SyncedMark.Size];
        new SyncedMark(end, _bootId).Write(new Span<byte>(bytes, SyncedMark.Size));
        return Libc.WriteAt(_synced, bytes, SyncedMark.Size, 0) == SyncedMark.Size;
    }

    private bool TryBeginSegment()
    {
        var start = _end;
        var fd = Libc.Open(SegmentPath(start), Linux.ReadWrite | Linux.Create | Linux.CloseOnExec, 0b110_000_000);
        if (fd < 0)
        {
            LastError = Libc.Error;
            return false;
        }

        lock (_gate)
        {
            if (_segment >= 0)
            {
                _sealed.Add(_segment);
            }

            _segment = fd;
            SegmentStart = start;
            _isFolderChanged = true;
        }

        SegmentBegun?.Invoke(start);
        return true;
    }

    private string SegmentPath(long start) => LogFiles.Segment(Folder, start);
}
