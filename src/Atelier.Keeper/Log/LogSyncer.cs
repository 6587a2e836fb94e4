using Atelier.Keeper.Native;

namespace Atelier.Keeper.Log;

/// <summary>Brings a log to the disk off the reading path: fdatasync within a second of the bytes, then the synced mark.</summary>
/// <remarks>A thread of its own, because fdatasync may take longer than a keystroke may wait. It owns sealed segments' descriptors.</remarks>
internal sealed unsafe class LogSyncer : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(800);

    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly Thread _thread;
    private readonly List<int> _sealed = [];
    private readonly int _mark;
    private readonly int _index;
    private int _current;
    private long _end;

    public LogSyncer(int mark, int index)
    {
        (_mark, _index) = (mark, index);
        _thread = new Thread(Run, maxStackSize: 128 << 10) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>The log has grown to an offset, in a segment.</summary>
    public void Grown(int segment, long end)
    {
        lock (_lock)
        {
            var wasClean = _current == 0;
            (_current, _end) = (segment, end);
            if (!wasClean)
            {
                return;
            }
        }

        _wake.Set();
    }

    /// <summary>A segment is complete; its descriptor is synced and closed here.</summary>
    public void Sealed(int segment)
    {
        lock (_lock)
        {
            _sealed.Add(segment);
            _current = _current == segment ? 0 : _current;
        }

        _wake.Set();
    }

    /// <summary>Syncs what there is and ends.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _wake.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        WaitHandle[] signals = [_stop, _wake];
        while (WaitHandle.WaitAny(signals) != 0)
        {
            var stopping = _stop.WaitOne(s_interval);
            Sync();
            if (stopping)
            {
                return;
            }
        }

        Sync();
    }

    private void Sync()
    {
        int[] complete;
        int current;
        long end;
        lock (_lock)
        {
            complete = [.. _sealed];
            _sealed.Clear();
            (current, end) = (_current, _end);
            _current = 0;
        }

        foreach (var segment in complete)
        {
            _ = LibC.SyncData(segment);
            _ = LibC.Close(segment);
        }

        if (current != 0)
        {
            _ = LibC.SyncData(current);
        }

        _ = LibC.SyncData(_index);
        if (end == 0)
        {
            return;
        }

        fixed (byte* mark = SyncedMark.Encode(end))
        {
            _ = LibC.WriteAt(_mark, mark, 28, 0);
        }

        _ = LibC.SyncData(_mark);
    }
}
