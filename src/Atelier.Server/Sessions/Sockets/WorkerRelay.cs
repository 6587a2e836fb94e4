using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Atelier.Protocol.Browser;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.Accounts;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Sessions.Sockets;

/// <summary>How a client wants to read (rules WS2, WS3).</summary>
/// <param name="From">First byte; null for the beginning, or for the screen.</param>
/// <param name="Epoch">Epoch it believes that to be in; null when it does not care.</param>
/// <param name="IsScreen">Whether the screen is enough when it falls behind.</param>
internal sealed record WorkerReading(long? From, int? Epoch, bool IsScreen);

/// <summary>Moves bytes between one browser socket and one keeper, and stays when the keeper, the daemon or the host goes and comes back.</summary>
/// <remarks>
/// It holds a place in the log and one frame, nothing else: a client that does not read stops the reading of the keeper, whose log is the buffer. Control
/// messages wait in a short queue that drops the oldest; bytes never pass through it.
/// </remarks>
internal sealed partial class WorkerRelay(
    WebSocket socket,
    Session session,
    WorkerId workerId,
    CurrentUser user,
    string client,
    bool mayType,
    WorkerReading reading,
    WorkerPlaces places,
    WorkerSignals signals,
    WorkerViewers viewers,
    SessionsOptions options,
    TimeProvider clock,
    ILogger logger) : IDisposable
{
    private const int MaxWaitingMessages = 256;
    private const long Anywhere = 0;
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_againAtMost = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly TaskCompletionSource<(int Code, string Reason)> _close = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<WorkerSocketMessage> _messages = Channel.CreateBounded<WorkerSocketMessage>(
        new BoundedChannelOptions(MaxWaitingMessages) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private volatile TaskCompletionSource<KeeperConnection> _keeper = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _keeperEnds;
    private long? _offset = reading.From ?? (reading.IsScreen ? null : 0);
    private int? _epoch = reading.Epoch;
    private readonly TypedNotices? _typed = session.Find(workerId)?.Type == WorkerType.Agent
        ? new TypedNotices(bytes => _ = places.TellTypedAsync(session.HostId, workerId, bytes), clock)
        : null;

    private volatile bool _mayType = mayType;
    private long _inputAck;
    private long _resumesAt = Anywhere; // the number that input has to go on from
    private int? _exitTold;
    private ActivityState _activity;

    public WorkerId WorkerId { get; } = workerId;

    /// <summary>Who types, unique over all users.</summary>
    public string Client { get; } = $"{user.Id}/{client}";

    /// <summary>Whether what the client types is taken now.</summary>
    public bool MayType => _mayType;

    public string ClientName { get; } = client;

    public string UserId { get; } = user.Id.Value;

    public string UserName { get; } = user.DisplayName;

    /// <summary>The client's window; null until it says.</summary>
    public (int Cols, int Rows)? Size { get; private set; }

    public void TellViewers(IReadOnlyList<ViewerFacts> everybody) => _messages.Writer.TryWrite(new WorkerSocketMessage.Viewers(everybody));

    /// <summary>Closes the socket with a code of the worker socket.</summary>
    public void Close(int code, string reason) => _close.TrySetResult((code, reason));

    /// <summary>Serves until either side has had enough.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var listening = signals.Listen(WorkerId, Hear);
        Hear(session.Find(WorkerId));
        var listeningToClient = new WorkerSocketReader(this, socket, logger).RunAsync(cancellationToken);
        var serving = Task.WhenAll(Swallow(PumpAsync(stop.Token)), Swallow(SendMessagesAsync(stop.Token)));
        await Task.WhenAny(listeningToClient, serving, _close.Task);

        await stop.CancelAsync();
        var (code, reason) = _close.Task.IsCompletedSuccessfully ? await _close.Task : ((int)WebSocketCloseStatus.NormalClosure, "");
        await InTimeAsync(serving);
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await InTimeAsync(Swallow(socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None)));
        }

        await InTimeAsync(Swallow(listeningToClient));
    }

    public void Dispose()
    {
        _sending.Dispose();
        _typed?.Dispose();
    }

    /// <summary>Rights have changed: goes on with what the viewer may do now, or ends.</summary>
    /// <param name="isKnown">Whether whoever opened it still is somebody.</param>
    /// <param name="role">Their role in the session; null when for them there is none.</param>
    public void TakeRights(bool isKnown, Role? role)
    {
        _mayType = role >= Role.Editor;
        if (!isKnown)
        {
            Close(WorkerSocketCloseCodes.Forbidden, "your token is not valid any more");
        }
        else if (role is null)
        {
            Close(WorkerSocketCloseCodes.NotFound, "the session is not shown to you any more");
        }
    }

    /// <summary>Types for the client; refused without the right, and left out when it was meant for a process before this one.</summary>
    public async Task TypeAsync(long sequence, int? epoch, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!_mayType)
        {
            Say(new WorkerSocketMessage.InputRefused(0, "You may watch this worker, not type into it."));
            return;
        }

        if (viewers.Typed(this) && Size is { } size)
        {
            await ToKeeperAsync(keeper => keeper.ResizeAsync(size.Cols, size.Rows, cancellationToken), cancellationToken);
        }

        _typed?.Typed(bytes.Span); // before its echo can be there
        await ToKeeperAsync(
            keeper => IsForNow(keeper, sequence, epoch) ? keeper.TypeAsync(sequence, bytes, cancellationToken) : ValueTask.CompletedTask,
            cancellationToken);
    }

    /// <summary>Not what was typed for a process before this one, nor what was under way when the last connection to a keeper broke: that is sent again.</summary>
    private bool IsForNow(KeeperConnection keeper, long sequence, int? epoch)
    {
        var resumes = Interlocked.Read(ref _resumesAt);
        if ((epoch is not null && epoch != keeper.Hello.Epoch) || (resumes != Anywhere && sequence > resumes))
        {
            return false;
        }

        Interlocked.CompareExchange(ref _resumesAt, Anywhere, resumes);
        return true;
    }

    public async Task ResizeAsync(int cols, int rows, CancellationToken cancellationToken)
    {
        Size = (cols, rows);
        if (viewers.Resized(this) && _mayType)
        {
            await ToKeeperAsync(keeper => keeper.ResizeAsync(cols, rows, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Saves an image on the worker's host; gives the path to type.</summary>
    public async Task<string> SaveImageAsync(string mimeType, byte[] image, CancellationToken cancellationToken)
    {
        var saved = await places.Link(session.HostId).RequestAsync(
            HostMethods.SaveImage,
            new SaveImageRequest(WorkerId.Value, mimeType, image),
            HostJson.Default.SaveImageRequest,
            HostJson.Default.SavedFile,
            cancellationToken);
        return saved.Path;
    }

    public void Say(WorkerSocketMessage message) => _messages.Writer.TryWrite(message);

    /// <summary>Waits for a keeper where there is none just now: meanwhile the client's socket is not read, so nothing piles up here.</summary>
    private async Task ToKeeperAsync(Func<KeeperConnection, ValueTask> send, CancellationToken cancellationToken)
    {
        try
        {
            await send(await _keeper.Task.WaitAsync(cancellationToken));
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The pump connects again, and the client sends again what was not acknowledged.
        }
    }

    private void Hear(Worker? worker)
    {
        if (worker is null)
        {
            Close(WorkerSocketCloseCodes.Deleted, "the worker was deleted");
            return;
        }

        if (worker.Type == WorkerType.Agent && worker.Activity != _activity)
        {
            _activity = worker.Activity;
            Say(new WorkerSocketMessage.Activity(_activity));
        }

        if (_exitTold is { } told && worker.Epoch > told)
        {
            _keeperEnds?.Cancel(); // started again: the stream goes on in the new epoch
        }
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        var wait = s_again;
        var wasConnected = false;
        while (true)
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _keeperEnds = ends;
            try
            {
                await using var keeper = await places.ConnectAsync(session.HostId, WorkerId, Client, ends.Token);
                await StartAsync(keeper, ends.Token);
                Interlocked.Exchange(ref _resumesAt, wasConnected ? _inputAck + 1 : Anywhere);
                wasConnected = true;
                _keeper.TrySetResult(keeper);
                while (await keeper.ReadAsync(ends.Token) is { } frame)
                {
                    wait = s_again;
                    await TakeAsync(keeper, frame, ends.Token);
                }
            }
            catch (Exception gone) when (gone is IOException or SocketException or InvalidDataException or HostOfflineException or HostRefusedException)
            {
                LogAgain(logger, WorkerId.Value, gone.Message);
                if (gone is HostOfflineException && wait == s_again)
                {
                    Say(new WorkerSocketMessage.Error("host-offline", gone.Message));
                }
                else if (gone is HostRefusedException { Code: "not-found" } && wait == s_again && session.Find(WorkerId) is { Status: WorkerStatus.Lost, Epoch: 0 })
                {
                    Say(new WorkerSocketMessage.Error("no-output", "It has never run here. Start it to see its output."));
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Started again: connect to the new keeper.
            }
            finally
            {
                _keeperEnds = null;
                _keeper = _keeper.Task.IsCompleted ? new TaskCompletionSource<KeeperConnection>(TaskCreationOptions.RunContinuationsAsynchronously) : _keeper;
            }

            await Task.Delay(wait, clock, cancellationToken);
            wait = wait * 2 < s_againAtMost ? wait * 2 : s_againAtMost;
        }
    }

    private async Task StartAsync(KeeperConnection keeper, CancellationToken cancellationToken)
    {
        ScreenSnapshot? snapshot = null;
        if (_offset is null)
        {
            snapshot = await places.SnapshotAsync(session.HostId, WorkerId, cancellationToken);
            (_offset, _epoch) = (snapshot.Offset, snapshot.Epoch);
        }

        await AttachAsync(keeper, snapshot, cancellationToken);
    }

    private async Task AttachAsync(KeeperConnection keeper, ScreenSnapshot? snapshot, CancellationToken cancellationToken)
    {
        await keeper.AttachAsync(new AttachRequest(WorkerOutput.Output, _offset, _epoch, AttachMode.Bytes), cancellationToken);
        while (await keeper.ReadAsync(cancellationToken) is { } frame)
        {
            if (frame.Type != KeeperFrameType.Attached)
            {
                continue; // of the stream that this one replaces
            }

            var attached = frame.Read(KeeperJson.Default.AttachedReply);
            (_offset, _epoch, _inputAck) = (attached.Offset, attached.Epoch, attached.InputAck);
            await SendAsync(
                new WorkerSocketMessage.Attached(attached.Offset, attached.Epoch, attached.End, attached.Cols, attached.Rows, attached.InputAck, keeper.Hello.Epoch),
                cancellationToken);
            if (snapshot is not null)
            {
                await SendAsync(
                    new WorkerSocketMessage.Snapshot(snapshot.Offset, snapshot.Epoch, snapshot.Cols, snapshot.Rows, snapshot.Data),
                    cancellationToken);
            }

            return;
        }

        throw new IOException("The keeper closed the connection before it attached.");
    }

    private async Task TakeAsync(KeeperConnection keeper, KeeperFrame frame, CancellationToken cancellationToken)
    {
        switch (frame.Type)
        {
            case KeeperFrameType.Output when reading.IsScreen && frame.End - frame.Number > options.ScreenLagBytes:
                _offset = null;
                await StartAsync(keeper, cancellationToken);
                break;
            case KeeperFrameType.Output:
                await SendOutputAsync(frame, cancellationToken);
                break;
            case KeeperFrameType.InputAck:
                Say(new WorkerSocketMessage.InputAck(frame.Number));
                break;
            case KeeperFrameType.InputRefused:
                var refused = frame.Read(KeeperJson.Default.InputRefusedNotice);
                Say(new WorkerSocketMessage.InputRefused(refused.Expected, refused.Reason));
                break;
            case KeeperFrameType.Resized:
                var size = frame.Read(KeeperJson.Default.ResizedNotice);
                await SendAsync(new WorkerSocketMessage.Resized(size.Cols, size.Rows), cancellationToken);
                break;
            case KeeperFrameType.EpochStarted:
                var began = frame.Read(KeeperJson.Default.EpochStartedNotice);
                _epoch = began.Epoch;
                await SendAsync(new WorkerSocketMessage.Epoch(began.Epoch, began.Offset), cancellationToken);
                break;
            case KeeperFrameType.Gap:
                var gap = frame.Read(KeeperJson.Default.GapNotice);
                _offset = gap.To;
                await SendAsync(new WorkerSocketMessage.Gap(gap.From, gap.To), cancellationToken);
                break;
            case KeeperFrameType.Exited:
                await TellExitAsync(frame.Read(KeeperJson.Default.ExitedNotice), cancellationToken);
                break;
            case KeeperFrameType.Held:
                Say(new WorkerSocketMessage.Held(frame.Read(KeeperJson.Default.HeldNotice).Reason));
                break;
            default:
                break;
        }
    }

    private async Task SendOutputAsync(KeeperFrame frame, CancellationToken cancellationToken)
    {
        var bytes = frame.Bytes.Length;
        _offset = frame.Number + bytes;
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(frame.TakeOffsetAndBytes(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None); // cancelling would break the socket
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The end of an ended worker is read again after each reconnect; the client hears of it once.</summary>
    private async Task TellExitAsync(ExitedNotice exited, CancellationToken cancellationToken)
    {
        if (_exitTold == _epoch)
        {
            return;
        }

        _exitTold = _epoch;
        await SendAsync(new WorkerSocketMessage.Exit(exited.ExitCode, exited.Signal), cancellationToken);
    }

    private async Task SendMessagesAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(cancellationToken))
        {
            await SendAsync(message, cancellationToken);
        }
    }

    private async Task SendAsync(WorkerSocketMessage message, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, BrowserJson.Default.WorkerSocketMessage);
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(json, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None); // as above
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Waits for something that a client who does not read could hold up for ever; then the socket is cut.</summary>
    private async Task InTimeAsync(Task task)
    {
        if (await Task.WhenAny(task, Task.Delay(s_closeLimit, clock, CancellationToken.None)) != task)
        {
            socket.Abort();
            await task;
        }
    }

    private static bool IsEnd(Exception ended) => ended is OperationCanceledException or WebSocketException or ObjectDisposedException;

    private static async Task Swallow(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception ended) when (IsEnd(ended))
        {
            // It is over in any case.
        }
    }

    [LoggerMessage(LogLevel.Debug, "Worker {Worker} is connected to again: {Reason}")]
    private static partial void LogAgain(ILogger logger, string worker, string reason);
}
