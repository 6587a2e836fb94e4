using Atelier.Keeper.Log;
using Atelier.Keeper.Native;
using Atelier.Keeper.Pty;
using Atelier.Keeper.Socket;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper;

/// <summary>Holds one worker: its process, its log, and who is connected.</summary>
/// <remarks>
/// One thread and one poll(2). It knows bytes, sizes, signals and exit codes, nothing else; it decides nothing and it never opens the network. Input is
/// served before output, so that a keystroke does not wait behind a flood. It ends when its process has ended and its readers know.
/// </remarks>
internal sealed unsafe class WorkerKeeper : IDisposable
{
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_lastWords = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_diskRetry = TimeSpan.FromSeconds(1);

    private readonly KeeperLaunch _launch;
    private readonly IWorkerIo _io;
    private readonly ListeningSocket _listening;
    private readonly ChildWatcher _child;
    private readonly OutputReader _output;
    private readonly OutputReader? _error;
    private readonly InputLedger _ledger = new();
    private readonly InputWriter _input;
    private readonly ConnectionRequests _requests;
    private readonly List<Connection> _connections = [];
    private readonly TimeProvider _time;
    private PollEntry[] _poll = new PollEntry[16];
    private HoldReason? _held;
    private long _toldProgressAt;
    private long? _endedAt;
    private bool _exitRecorded;

    public WorkerKeeper(
        KeeperLaunch launch, IWorkerIo io, ListeningSocket listening, KeeperLog output, KeeperLog? error, KeeperHello hello, TimeProvider time)
    {
        (_launch, _io, _listening, _time) = (launch, io, listening, time);
        _child = new ChildWatcher(io.ChildPid);
        _output = new OutputReader(io.Output, output, time);
        _error = error is null ? null : new OutputReader(io.Error, error, time);
        _input = new InputWriter(io, _ledger);
        _requests = new ConnectionRequests(this, hello);
    }

    /// <summary>Everybody who is connected.</summary>
    public IReadOnlyList<Connection> Connections => _connections;

    public InputLedger Ledger => _ledger;

    public InputWriter Input => _input;

    public IWorkerIo Io => _io;

    public KeeperLog Output => _output.Log;

    public KeeperLog? Error => _error?.Log;

    /// <summary>Offset before which a protocol program's consumer has stored everything.</summary>
    public long Committed { get; set; }

    /// <summary>The terminal's size now.</summary>
    public (int Cols, int Rows) Size => Output.Index.SizeAt(Output.End);

    public KeeperState State => new(
        Size.Cols, Size.Rows, Output.End, Committed, _held, _exitRecorded, ChildWatcher.NameOf(_io.GroupOf(SignalTarget.Foreground)));

    /// <summary>Serves until the process has ended and its readers know, or nobody hears any more.</summary>
    public void Run()
    {
        while (!IsDone())
        {
            var count = FillPoll();
            fixed (PollEntry* entries = _poll)
            {
                if (LibC.Poll(entries, (nuint)count, Timeout()) < 0)
                {
                    continue; // interrupted
                }
            }

            Serve(count);
        }
    }

    public void Resize(int cols, int rows)
    {
        if (_launch.Kind == WorkerKind.Terminal && Size != (cols, rows))
        {
            _io.Resize(cols, rows);
            Output.Record(LogIndexKind.Resize, cols, rows);
            PumpAll();
        }
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _output.Dispose();
        _error?.Dispose();
        _output.Log.Dispose();
        _error?.Log.Dispose();
        _child.Dispose();
        _listening.Dispose();
    }

    private int FillPoll()
    {
        var needed = 5 + _connections.Count;
        if (_poll.Length < needed)
        {
            _poll = new PollEntry[needed * 2];
        }

        var readsOutput = !_output.IsEnded && !_output.IsDiskFull && _held != HoldReason.Unread;
        Set(0, _listening.Descriptor, LibC.PollIn);
        Set(1, _child.HasEnded ? -1 : _child.Descriptor, LibC.PollIn);
        Set(2, readsOutput ? _output.Descriptor : -1, LibC.PollIn);
        Set(3, _error is { IsEnded: false, IsDiskFull: false } error ? error.Descriptor : -1, LibC.PollIn);
        Set(4, _input.IsWaiting ? _io.Input : -1, LibC.PollOut);
        for (var at = 0; at < _connections.Count; at++)
        {
            var connection = _connections[at];
            var holdsBack = _input.IsFull && connection.Client is not null;
            Set(
                5 + at,
                connection.Socket,
                (short)((holdsBack ? 0 : LibC.PollIn) | (connection.WantsToWrite ? LibC.PollOut : 0)));
        }

        return needed;

        void Set(int at, int descriptor, short wanted) =>
            _poll[at] = new PollEntry { Descriptor = descriptor, Wanted = wanted };
    }

    private int Timeout()
    {
        if (_endedAt is not null || _output.IsDiskFull || _error is { IsDiskFull: true })
        {
            return (int)(_endedAt is not null ? s_progressInterval : s_diskRetry).TotalMilliseconds;
        }

        return _connections.Exists(HasUntoldProgress) ? (int)s_progressInterval.TotalMilliseconds : -1;
    }

    private void Serve(int count)
    {
        // Connections are served before new ones are accepted: entries and list still agree.
        for (var at = 5; at < count; at++)
        {
            if (_poll[at].Happened != 0)
            {
                _requests.Serve(_connections[at - 5], _poll[at].Happened);
            }
        }

        if (_poll[4].Happened != 0 || _input.IsWaiting)
        {
            WriteInput();
        }

        ReadOutput(_output, _poll[2].Happened != 0);
        ReadOutput(_error, _poll[3].Happened != 0);
        if (_poll[1].Happened != 0)
        {
            _child.Reap();
            _endedAt = _time.GetTimestamp();
        }

        NoteHold();
        NoteExit();
        TellProgress();
        RemoveBroken();
        while (_poll[0].Happened != 0 && _listening.Accept() is var socket and >= 0)
        {
            _connections.Add(new Connection(socket));
        }
    }

    public void WriteInput() => _input.Write((client, sequence) =>
        _connections.FindLast(connection => string.Equals(connection.Client, client, StringComparison.Ordinal) && !connection.IsClosing)
            ?.Send(KeeperFrameType.InputAck, sequence));

    private void ReadOutput(OutputReader? reader, bool isReady)
    {
        if (reader is null || !(isReady || reader.IsRetryDue))
        {
            return;
        }

        reader.Read((log, bytes, count) =>
        {
            foreach (var connection in _connections)
            {
                connection.SendLive(log, bytes, count);
            }
        });
    }

    private void NoteHold()
    {
        var unread = _launch.Kind == WorkerKind.Protocol && Output.End - Committed >= _launch.UnreadLimitBytes;
        HoldReason? held = _output.IsDiskFull || _error is { IsDiskFull: true } ? HoldReason.DiskFull
            : unread ? HoldReason.Unread
            : null;
        if (held == _held)
        {
            return;
        }

        _held = held;
        foreach (var connection in _connections)
        {
            connection.Send(KeeperFrameType.Held, new HeldNotice(held), KeeperJson.Default.HeldNotice);
        }
    }

    private void NoteExit()
    {
        var isDrained = (_output.IsEnded && (_error?.IsEnded ?? true)) || (_endedAt is { } at && _time.GetElapsedTime(at) > s_lastWords);
        if (_exitRecorded || !_child.HasEnded || _output.IsDiskFull || !isDrained)
        {
            return;
        }

        _exitRecorded = true;
        Output.Record(LogIndexKind.Exit, _child.ExitCode ?? -1, _child.Signal ?? 0);
        _endedAt = _time.GetTimestamp();
        var notice = Signals.Exited(Output.Records[^1]);
        foreach (var connection in _connections.Where(connection => connection.Mode == AttachMode.Progress))
        {
            connection.TellProgress();
            connection.Send(KeeperFrameType.Exited, notice, KeeperJson.Default.ExitedNotice);
        }
    }

    private bool HasUntoldProgress(Connection connection) =>
        connection is { Mode: AttachMode.Progress, Cursor: { } cursor } && cursor.Log.End != connection.ToldEnd;

    private void TellProgress()
    {
        if (_time.GetElapsedTime(_toldProgressAt) < s_progressInterval)
        {
            return;
        }

        _toldProgressAt = _time.GetTimestamp();
        foreach (var connection in _connections)
        {
            connection.TellProgress();
        }
    }

    private void PumpAll()
    {
        foreach (var connection in _connections)
        {
            connection.Pump();
        }
    }

    private void RemoveBroken()
    {
        PumpAll();
        for (var at = _connections.Count - 1; at >= 0; at--)
        {
            var connection = _connections[at];
            if (connection.IsBroken || (connection.IsClosing && connection.IsDrained))
            {
                connection.Dispose();
                _connections.RemoveAt(at);
            }
        }
    }

    private bool IsDone() => _exitRecorded && _endedAt is { } at
        && (_connections.TrueForAll(connection => connection.IsDrained) || _time.GetElapsedTime(at) > s_farewell);
}
