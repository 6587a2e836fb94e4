using System.Buffers;
using System.Buffers.Binary;
using System.Threading.Channels;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.WorkerLog;
using Atelier.Terminal;
using Atelier.Terminal.Snapshots;

namespace Atelier.HostDaemon.Screens;

/// <summary>The screen of one terminal worker, as it follows from the worker's log.</summary>
/// <remarks>
/// It reads the log files behind the keeper's back, so that no program ever waits for it, and may lag: it catches up when somebody looks, when
/// output pauses, and before too much of the log has gathered. When nobody looks it lies in its checkpoint beside the log. Whatever it holds can be lost
/// and is made again from checkpoint and log.
/// </remarks>
internal sealed class WorkerScreen : IAsyncDisposable
{
    private const int MostAtOnce = 4 << 20;
    private const long TooMuchBehind = 32 << 20;
    private const long BetweenCheckpoints = 16 << 20;

    private const int EpochBytes = sizeof(int); // before the checkpoint proper: the epoch of what it has seen

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_frameLimit = TimeSpan.FromMilliseconds(150);

    private readonly string _output;
    private readonly string _checkpoint;
    private readonly ScreenTurns _turns;
    private readonly TimeProvider _time;
    private readonly Action<Screen> _onFed;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _disposing = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Task _catchingUp;
    private WorkerLogReader? _log;   // there when the screen is
    private Screen? _screen;
    private LogIndex _index = new([], 0);
    private int _nextRecord;
    private int _epoch;   // of what the screen has seen
    private long _fedSinceCheckpoint;
    private long _end;
    private long _fedOffset = -1;

    /// <param name="folder">The worker's folder.</param>
    /// <param name="turns">Keeps many screens from taking the machine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFed">Looks at the screen after output; may not wait.</param>
    public WorkerScreen(string folder, ScreenTurns turns, TimeProvider time, Action<Screen> onFed)
    {
        _output = Path.Combine(folder, LogFiles.OutputFolder);
        _checkpoint = Path.Combine(folder, "screen");
        _turns = turns;
        _time = time;
        _onFed = onFed;
        _catchingUp = Task.Run(CatchUpAsync, CancellationToken.None);
    }

    /// <summary>Whether somebody always looks: then output is followed closely instead of when it pauses.</summary>
    public bool IsWatched { get; set; }

    /// <summary>The log has grown.</summary>
    public void Grown(long end)
    {
        Interlocked.Exchange(ref _end, end);
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Looks at the screen as it is now.</summary>
    public async Task<T> LookAsync<T>(Func<Screen, T> look, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return look(await FeedAsync(cancellationToken));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The screen as text for a fresh terminal; not in the middle of a frame, unless the program takes too long over it.</summary>
    public async Task<ScreenSnapshot> SnapshotAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            var snapshot = await LookAsync(
                screen => screen.InSynchronizedUpdate && _time.GetElapsedTime(began) < s_frameLimit
                    ? null
                    : new ScreenSnapshot(
                        screen.SnapshotOffset, _index.EpochAt(screen.SnapshotOffset), screen.Columns, screen.Rows, screen.Snapshot()),
                cancellationToken);
            if (snapshot is not null)
            {
                return snapshot;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _catchingUp;
        await _turn.WaitAsync(CancellationToken.None);
        PageOut();
    }

    private async Task CatchUpAsync()
    {
        while (!_disposing.IsCancellationRequested)
        {
            try
            {
                await WaitForPauseAsync(_disposing.Token);
                await LookAsync(_ => true, _disposing.Token);
                if (!await WaitAsync(s_idle, _disposing.Token))
                {
                    await PageOutAsync(_disposing.Token);
                    await _wake.Reader.WaitToReadAsync(_disposing.Token);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (IOException)
            {
                // The log is being removed, or cannot be read now; the next growth tries again.
                await WaitForGrowthAsync();
            }
        }
    }

    // Output that pauses, or too much of it.
    private async Task WaitForPauseAsync(CancellationToken cancellationToken)
    {
        await _wake.Reader.ReadAsync(cancellationToken);
        if (IsWatched)
        {
            await Task.Delay(s_betweenLooks, _time, cancellationToken);
            _wake.Reader.TryRead(out _);
            return;
        }

        while (Interlocked.Read(ref _end) - (_screen?.Offset ?? 0) < TooMuchBehind && await WaitAsync(s_pause, cancellationToken))
        {
            _wake.Reader.TryRead(out _);
        }
    }

    private async Task WaitForGrowthAsync()
    {
        try
        {
            await _wake.Reader.ReadAsync(_disposing.Token);
        }
        catch (OperationCanceledException)
        {
            // The loop looks.
        }
    }

    /// <summary>Whether the log grows within that time.</summary>
    private async Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(limit, _time, over.Token);
        var grows = _wake.Reader.WaitToReadAsync(over.Token).AsTask();
        var first = await Task.WhenAny(pause, grows);
        cancellationToken.ThrowIfCancellationRequested();
        await over.CancelAsync();
        return first == grows;
    }

    /// <summary>Feeds what the log has now. What is written meanwhile is not waited for: beside a flood that would never end.</summary>
    private async Task<Screen> FeedAsync(CancellationToken cancellationToken)
    {
        var screen = _screen ??= Load();
        if (ReadIndex() && IsOvertaken(screen.Offset, _epoch))
        {
            screen = _screen = Load();
        }

        _log!.Refresh(); // there with the screen
        var end = _log.End;
        for (var more = true; more;)
        {
            await _turns.WaitAsync(cancellationToken);
            try
            {
                more = FeedSome(screen) && screen.Offset < end;
            }
            finally
            {
                _turns.Release();
            }
        }

        if (_fedSinceCheckpoint > BetweenCheckpoints)
        {
            WriteCheckpoint(screen);
        }

        if (screen.Offset != _fedOffset && !screen.InSynchronizedUpdate)
        {
            _fedOffset = screen.Offset;
            _onFed(screen);
        }

        return screen;
    }

    /// <summary>Feeds up to the next record or a good piece; false at the end of the log.</summary>
    private bool FeedSome(Screen screen)
    {
        ApplyRecords(screen);
        var log = _log ??= new WorkerLogReader(_output);
        log.Refresh();
        if (screen.Offset < log.Oldest)
        {
            screen.ContinueAt(log.Oldest);
            ApplyRecords(screen);
        }

        var stop = _nextRecord < _index.Records.Count ? Math.Min(log.End, _index.Records[_nextRecord].Offset) : log.End;
        if (stop <= screen.Offset)
        {
            return false;
        }

        var wanted = (int)Math.Min(stop - screen.Offset, MostAtOnce);
        var buffer = ArrayPool<byte>.Shared.Rent(wanted);
        try
        {
            var read = Fill(log, screen.Offset, buffer.AsSpan(0, wanted));
            screen.Feed(buffer.AsSpan(0, read));
            _fedSinceCheckpoint += read;
            ApplyRecords(screen);
            return true;   // the next piece finds out whether that was all
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // In one piece where it can be: a flood is passed over faster the more of it is seen at once.
    private static int Fill(WorkerLogReader log, long offset, Span<byte> buffer)
    {
        var filled = 0;
        try
        {
            while (filled < buffer.Length && log.Read(offset + filled, buffer[filled..]) is > 0 and var read)
            {
                filled += read;
            }
        }
        catch (DroppedBytesException)
        {
            // Dropped this moment; the next piece begins with what is kept.
        }

        return filled;
    }

    private void ApplyRecords(Screen screen)
    {
        for (; _nextRecord < _index.Records.Count && _index.Records[_nextRecord].Offset <= screen.Offset; _nextRecord++)
        {
            var record = _index.Records[_nextRecord];
            if (record.Kind == LogIndexKind.Resize)
            {
                screen.Resize(record.First, record.Second);
            }
            else if (record.Kind == LogIndexKind.Epoch)
            {
                _epoch = record.First;
            }
        }
    }

    /// <summary>Reads the index when there is more of it; whether there was.</summary>
    private bool ReadIndex()
    {
        var file = new FileInfo(Path.Combine(_output, LogFiles.Index));
        if (!file.Exists || file.Length == _index.GoodBytes)
        {
            return false;
        }

        _index = LogIndex.Read(_output);
        return true;
    }

    /// <summary>Whether a later process began before that offset: a power failure took bytes, and others have their place now.</summary>
    private bool IsOvertaken(long offset, int epoch) =>
        _index.Records.Any(record => record.Kind == LogIndexKind.Epoch && record.First > epoch && record.Offset < offset);

    private Screen Load()
    {
        ReadIndex();
        _log?.Dispose();
        var log = _log = new WorkerLogReader(_output);
        var screen = ReadCheckpoint(log.End);
        if (screen is null)
        {
            var (cols, rows) = _index.SizeAt(log.Oldest);
            screen = new Screen(cols == 0 ? 80 : cols, rows == 0 ? 24 : rows, offset: log.Oldest);
        }

        // Records at the very offset are applied again, which changes nothing.
        _nextRecord = 0;
        while (_nextRecord < _index.Records.Count && _index.Records[_nextRecord].Offset < screen.Offset)
        {
            _nextRecord++;
        }

        _epoch = _index.EpochAt(screen.Offset);
        _fedSinceCheckpoint = 0;
        return screen;
    }

    private Screen? ReadCheckpoint(long end)
    {
        try
        {
            // A power failure can take the end of the log, and with it what the checkpoint has seen; the next process goes on where it ends now.
            var bytes = File.ReadAllBytes(_checkpoint);
            var screen = Checkpoint.Read(bytes.AsSpan(Math.Min(EpochBytes, bytes.Length)).ToArray());
            return screen.Offset <= end && !IsOvertaken(screen.Offset, BinaryPrimitives.ReadInt32LittleEndian(bytes)) ? screen : null;
        }
        catch (Exception unusable) when (unusable is CheckpointException or IOException)
        {
            return null;
        }
    }

    private async Task PageOutAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            PageOut();
        }
        finally
        {
            _turn.Release();
        }
    }

    private void PageOut()
    {
        if (_screen is { } screen && _fedSinceCheckpoint > 0)
        {
            WriteCheckpoint(screen);
        }

        _screen = null;
        _log?.Dispose();
        _log = null;
    }

    private void WriteCheckpoint(Screen screen)
    {
        try
        {
            var epoch = new byte[EpochBytes];
            BinaryPrimitives.WriteInt32LittleEndian(epoch, _epoch);
            File.WriteAllBytes($"{_checkpoint}.new", [.. epoch, .. Checkpoint.Write(screen)]);
            File.Move($"{_checkpoint}.new", _checkpoint, overwrite: true);
            _fedSinceCheckpoint = 0;
        }
        catch (IOException)
        {
            // Without room for it the log is replayed from the checkpoint before.
        }
    }
}
