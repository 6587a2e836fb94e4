using System.Text;
using Atelier.Keeper.Input;
using Atelier.Keeper.Log;
using Atelier.Keeper.Native;
using Atelier.Keeper.Pty;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper;

/// <summary>The worker a keeper holds: its process, its logs, its size, and how it ends.</summary>
/// <remarks>
/// Owns the truth about output, sizes and exit: each is in the log before anybody is told. What the disk does not take now waits here, in
/// order, and is tried again each second. Knows no connections except as names that type.
/// </remarks>
internal sealed class HeldWorker
{
    // After the process has ended: how long its heirs may be silent, and may go on printing, before the rest is nobody's (KL9).
    private const long QuietMilliseconds = 500;
    private const long LastWordsMilliseconds = 2_000;

    private readonly KeeperLaunch _launch;
    private readonly LogSync _sync;
    private (int Cols, int Rows)? _wantedSize;
    private int _cols;
    private int _rows;
    private int _exitsRecorded;
    private long _quietAt;
    private long _silentAt;

    public HeldWorker(KeeperLaunch launch, Child child, LogWriter output, LogWriter? error, int epoch)
    {
        _launch = launch;
        Child = child;
        Epoch = epoch;
        Output = new LoggedStream(WorkerOutput.Output, child.Output, output, error is null ? null : launch.UnreadLimitBytes);
        Error = error is null ? null : new LoggedStream(WorkerOutput.Error, child.ErrorOutput, error, unreadLimitBytes: null);
        Input = new InputQueue(child);
        BeginEpoch();
        _sync = new LogSync(error is null ? [output] : [output, error]);
        _sync.Touch();
    }

    public Child Child { get; }

    public int Epoch { get; }

    public LoggedStream Output { get; }

    /// <summary>Standard error of a protocol program; null with a terminal.</summary>
    public LoggedStream? Error { get; }

    public InputQueue Input { get; }

    public Typists Typists { get; } = new();

    /// <summary>Whether the process has ended, and its exit is on the disk.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether something waits for room on the disk.</summary>
    public bool NeedsDisk => Output.Held == HoldReason.DiskFull || Error?.Held == HoldReason.DiskFull;

    /// <summary>When, in ticks, it has to be looked at even if nothing happens; null while the process runs.</summary>
    public long? EndDue => Child.Exit is null || IsOver || NeedsDisk ? null : Math.Min(_quietAt, _silentAt);

    public KeeperHello Hello(IReadOnlyList<string> abilities) => new(
        KeeperProtocol.Number,
        abilities,
        _launch.WorkerId,
        Libc.ProcessId(),
        Child.Pid,
        Child.StartTime,
        Epoch,
        _launch.Kind);

    public KeeperState State() => new(
        _cols, _rows, Output.Log.End, Output.Committed, Output.Held ?? Error?.Held, Child.Exit is not null, Child.ForegroundName());

    /// <summary>Sets the terminal's size: after what was printed for the old one, and in the index before it takes effect.</summary>
    public void Resize(int cols, int rows)
    {
        if (Child.Terminal is null || Child.Exit is not null)
        {
            return;
        }

        _wantedSize = (cols, rows);
        ApplySize();
    }

    /// <summary>Moves what the program printed into the logs.</summary>
    public void ReadProgram(long now)
    {
        var hadToWait = Output.HasWaiting;
        var hasGrown = Output.Turn();
        hasGrown |= Error is not null && Error.Turn();
        if (hasGrown)
        {
            _sync.Touch();
            _quietAt = now + QuietMilliseconds;
        }

        if (hadToWait && !Output.HasWaiting)
        {
            ApplySize(); // the disk has room again, before anybody tried it for the size
        }
    }

    /// <summary>Tries again what the disk did not take.</summary>
    public void RetryDisk(long now)
    {
        foreach (var stream in Streams())
        {
            if (stream.Held == HoldReason.DiskFull)
            {
                stream.RetryDisk();
            }
        }

        ApplySize();
        _sync.Touch();
        (_quietAt, _silentAt) = (now + QuietMilliseconds, now + LastWordsMilliseconds);
    }

    /// <summary>Looks after processes that have ended; the worker's own end is recorded when its output is complete.</summary>
    public void LookAfterEnd(long now)
    {
        var wasRunning = Child.Exit is null;
        Child.Reap();
        if (Child.Exit is not { } exit || IsOver)
        {
            return;
        }

        if (wasRunning)
        {
            (_quietAt, _silentAt) = (now + QuietMilliseconds, now + LastWordsMilliseconds);
            Input.Stop("The process has ended.");
            Output.IgnoresUnread = true;
        }

        var hasAll = Output.IsAtEnd && Error is null or { IsAtEnd: true };
        if ((hasAll || now >= _quietAt || now >= _silentAt) && !NeedsDisk && TryRecordExit(exit))
        {
            _sync.Finish();
            IsOver = true;
        }
    }

    private LoggedStream[] Streams() => Error is null ? [Output] : [Output, Error];

    private void BeginEpoch()
    {
        foreach (var stream in Streams())
        {
            Record(stream, LogIndexKind.Epoch, Epoch, 0);
        }

        if (Child.Terminal is not null)
        {
            (_cols, _rows) = (_launch.Cols, _launch.Rows);
            Record(Output, LogIndexKind.Resize, _cols, _rows);
        }

        if (_launch.Preamble is { Length: > 0 } preamble)
        {
            Output.Insert(Encoding.UTF8.GetBytes(preamble));
        }
    }

    private static void Record(LoggedStream stream, LogIndexKind kind, int first, int second)
    {
        if (!stream.TryRecord(kind, first, second))
        {
            throw Launch.LaunchException.Log($"The index in {stream.Log.Folder} cannot be written", stream.Log.LastError);
        }
    }

    private void ApplySize()
    {
        if (_wantedSize is not { } size)
        {
            return;
        }

        // What has been printed so far was printed for the old size.
        ReadProgram(Environment.TickCount64);
        if (Output.HasWaiting)
        {
            return;
        }

        if (size == (_cols, _rows) || Output.TryRecord(LogIndexKind.Resize, size.Cols, size.Rows))
        {
            (_cols, _rows) = size;
            _wantedSize = null;
            Child.Terminal?.SetSize(_cols, _rows);
            _sync.Touch();
        }
    }

    private bool TryRecordExit(ChildExit exit)
    {
        var streams = Streams();
        while (_exitsRecorded < streams.Length)
        {
            if (!streams[_exitsRecorded].TryRecord(LogIndexKind.Exit, exit.ExitCode ?? -1, exit.Signal))
            {
                return false;
            }

            _exitsRecorded++;
        }

        return true;
    }
}
