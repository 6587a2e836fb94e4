using Atelier.Keeper.Native;
using Atelier.Keeper.Socket;

namespace Atelier.Keeper;

/// <summary>The keeper's one thread: waits for anything to happen, and does it.</summary>
/// <remarks>
/// In each turn input comes first, so that a keystroke reaches the program before any output is moved; then output goes into the log, and
/// from there to the readers. No turn waits for a reader, and none moves more than a bounded number of bytes, whoever floods.
/// </remarks>
internal sealed unsafe class KeeperLoop(HeldWorker worker, Listener listener)
{
    private const int MaxConnections = 1024;
    private const long DiskRetryMilliseconds = 1_000;
    private const long FarewellMilliseconds = 5_000;
    private const long FarewellLookMilliseconds = 100;
    private const long ReapLookMilliseconds = 1_000;

    // Places in the poll list; connections follow.
    private const int ListenerAt = 0;
    private const int WatchAt = 1;
    private const int InputAt = 2;
    private const int OutputAt = 3;
    private const int ErrorAt = 4;
    private const int FirstConnectionAt = 5;

    private readonly Requests _requests = new(worker);
    private readonly List<Connection> _connections = [];
    private Libc.Polled[] _polled = new Libc.Polled[16];
    private long _diskDue = long.MaxValue;
    private long _farewellDue = long.MaxValue;
    private long _reapDue = long.MaxValue;

    /// <summary>Runs until the process has ended and every reader has been told, or has had its time.</summary>
    public void Run()
    {
        while (!IsDone(Environment.TickCount64))
        {
            Wait();
            var now = Environment.TickCount64;
            HearConnections(now);
            worker.Input.Flush();
            if (now >= _diskDue)
            {
                worker.RetryDisk(now);
            }

            worker.ReadProgram(now);
            worker.LookAfterEnd(now);
            _diskDue = !worker.NeedsDisk ? long.MaxValue : Math.Min(_diskDue, now + DiskRetryMilliseconds);
            if (_diskDue <= now)
            {
                _diskDue = now + DiskRetryMilliseconds;
            }

            TellConnections(now);
        }

        foreach (var connection in _connections)
        {
            connection.Close();
        }

        listener.Remove();
    }

    private bool IsDone(long now)
    {
        if (!worker.IsOver)
        {
            return false;
        }

        _farewellDue = Math.Min(_farewellDue, now + FarewellMilliseconds);
        foreach (var connection in _connections)
        {
            if (connection.HasEverything(now))
            {
                connection.Finish();
            }
        }

        return now >= _farewellDue || _connections.Count == 0;
    }

    private void Wait()
    {
        var count = FirstConnectionAt + _connections.Count;
        if (_polled.Length < count)
        {
            _polled = new Libc.Polled[count * 2];
        }

        var isReading = worker.Child.Exit is not null || !worker.Input.IsWaiting;
        _polled[ListenerAt] = Watch(listener.Fd, Linux.PollIn);
        _polled[WatchAt] = Watch(worker.Child.Exit is null ? worker.Child.Watch : -1, Linux.PollIn);
        _polled[InputAt] = Watch(isReading ? -1 : worker.Child.Input, Linux.PollOut);
        _polled[OutputAt] = Watch(worker.Output.WantsRead && !worker.IsOver ? worker.Output.Source : -1, Linux.PollIn);
        _polled[ErrorAt] = Watch(worker.Error is { WantsRead: true } error && !worker.IsOver ? error.Source : -1, Linux.PollIn);
        for (var at = 0; at < _connections.Count; at++)
        {
            _polled[FirstConnectionAt + at] = Watch(_connections[at].Fd, WantedOf(_connections[at]));
        }

        fixed (Libc.Polled* list = _polled)
        {
            var happened = Libc.Poll(list, (nuint)count, Timeout());
            if (happened < 0)
            {
                // Interrupted: a process left to us has ended, which is looked after anyway.
                _polled.AsSpan(0, count).Clear();
            }

            // That interrupts nothing when it comes between two waits, so after work there is one more look.
            _reapDue = happened != 0 ? Environment.TickCount64 + ReapLookMilliseconds
                : Environment.TickCount64 >= _reapDue ? long.MaxValue : _reapDue;
        }
    }

    private static Libc.Polled Watch(int fd, short wanted) => new() { Fd = fd, Wanted = wanted };

    private static short WantedOf(Connection connection) =>
        (short)((connection.WantsReceive ? Linux.PollIn : 0) | (connection.IsBlocked ? Linux.PollOut : 0));

    private int Timeout()
    {
        var due = Math.Min(Math.Min(_diskDue, _reapDue), worker.EndDue ?? long.MaxValue);
        due = Math.Min(due, worker.IsOver ? Environment.TickCount64 + FarewellLookMilliseconds : long.MaxValue);
        foreach (var connection in _connections)
        {
            if (connection.HasMore || _requests.CanGoOn(connection))
            {
                return 0;
            }

            due = Math.Min(due, connection.CloseAt ?? connection.Feed?.ProgressDue ?? long.MaxValue);
        }

        return due == long.MaxValue ? -1 : (int)Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue);
    }

    private void HearConnections(long now)
    {
        // New ones come at the end of the list and have not been polled yet.
        var polled = _connections.Count;
        if (_polled[ListenerAt].Happened != 0)
        {
            Accept(now);
        }

        for (var at = 0; at < _connections.Count; at++)
        {
            var connection = _connections[at];
            var happened = at < polled ? _polled[FirstConnectionAt + at].Happened : Linux.PollIn;
            if ((happened & Linux.PollIn) != 0 && connection.WantsReceive && !connection.Received.TryReceive(connection.Fd))
            {
                connection.IsOver = true;
            }
            else if ((happened & (Linux.PollHangUp | Linux.PollError)) != 0 && (happened & Linux.PollIn) == 0)
            {
                connection.IsOver = true;
            }

            if (connection.IsFinished)
            {
                connection.Received.Clear();
            }
            else
            {
                _requests.HandleAll(connection, now);
            }
        }
    }

    private void Accept(long now)
    {
        while (_connections.Count < MaxConnections)
        {
            var fd = listener.Accept();
            if (fd < 0)
            {
                return;
            }

            _connections.Add(new Connection(fd, now));
        }
    }

    private void TellConnections(long now)
    {
        for (var at = _connections.Count - 1; at >= 0; at--)
        {
            var connection = _connections[at];
            if (!connection.IsOver && !connection.IsFinished)
            {
                Pump(connection, now);
            }

            if (connection.IsOver || now >= connection.CloseAt)
            {
                if (connection.Typist is { } typist)
                {
                    worker.Typists.Leave(typist, connection);
                }

                connection.Close();
                _connections.RemoveAt(at);
            }
        }
    }

    private static void Pump(Connection connection, long now)
    {
        try
        {
            connection.Pump(now);
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The log cannot be read for this reader; the program and all others go on.
            KeeperLog.Write($"A reader is let go: {unreadable.Message}");
            connection.IsOver = true;
        }
    }
}
