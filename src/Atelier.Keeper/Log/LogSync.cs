namespace Atelier.Keeper.Log;

/// <summary>Syncs the logs off the reading path: within a second of a write, on a thread of its own (WL6).</summary>
internal sealed class LogSync
{
    // A burst is synced once, not at each of its writes.
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(500);

    private readonly object _signal = new();
    private readonly LogWriter[] _logs;
    private readonly Thread _thread;
    private volatile bool _isDirty;
    private bool _isStopping;

    public LogSync(LogWriter[] logs)
    {
        _logs = logs;
        _thread = new Thread(Run, maxStackSize: 128 << 10) { IsBackground = true, Name = "log sync" };
        _thread.Start();
    }

    /// <summary>Says that something was written.</summary>
    public void Touch()
    {
        if (_isDirty)
        {
            return;
        }

        lock (_signal)
        {
            _isDirty = true;
            Monitor.Pulse(_signal);
        }
    }

    /// <summary>Ends the thread and syncs a last time; when this returns, everything is on the disk.</summary>
    public void Finish()
    {
        lock (_signal)
        {
            _isStopping = true;
            Monitor.Pulse(_signal);
        }

        _thread.Join();
        SyncAll();
    }

    private void Run()
    {
        while (WaitForWrites())
        {
            if (!SyncAll())
            {
                _isDirty = true; // tried again soon, also when nothing more is written
            }
        }
    }

    private bool WaitForWrites()
    {
        lock (_signal)
        {
            while (!_isDirty && !_isStopping)
            {
                Monitor.Wait(_signal);
            }

            if (!_isStopping)
            {
                Monitor.Wait(_signal, s_gather);
            }

            // What is written from here on may miss this sync, and asks for another.
            _isDirty = false;
            return !_isStopping;
        }
    }

    private bool SyncAll()
    {
        var isSynced = true;
        foreach (var log in _logs)
        {
            isSynced &= log.Sync();
        }

        return isSynced;
    }
}
