using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>One connection of a Zed: takes what it says into the agent's rows, in order, and says to it what the agent's pump sends.</summary>
/// <remarks>It decides nothing: what an event means is <see cref="ZedTaking"/>'s to say, what a new connection means <see cref="ZedResume"/>'s.</remarks>
internal sealed partial class ZedConnection(
    WebSocket socket, AgentId agent, string session, ZedSurroundings around, ILogger logger) : IAsyncDisposable
{
    private const int MostAtOnce = 64;
    private const int MostLooksPerSilence = 6;
    private const WebSocketCloseStatus Replaced = (WebSocketCloseStatus)4002;

    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(2);

    private readonly ZedSyncOptions _options = around.Options;
    private readonly Channel<ZedEvent> _events = Channel.CreateBounded<ZedEvent>(around.Options.MaxQueuedEvents);
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ZedState _state = new() { ConnectedAt = around.Clock.GetUtcNow() };
    private bool _isInDoubt = true;
    private int _waiting;
    private int? _epoch;

    public string Session { get; } = session;

    public AgentId AgentId { get; } = agent;

    /// <summary>Completes when all that it said has been taken.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Serves the connection until it ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        var taking = TakeAsync(stop.Token);
        var watching = WatchAsync(stop.Token);
        try
        {
            await ReadAsync(stop.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            LogEnded(logger, Session, AgentId.Value, gone.Message);
        }

        _events.Writer.TryComplete();
        if (!_followed.Task.IsCompleted)
        {
            await stop.CancelAsync(); // nobody will take what it said
        }

        await taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _drained.TrySetResult();
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends the connection: another one has taken its place, or nobody wants it any more.</summary>
    public async Task CloseAsync(string reason)
    {
        using var limit = new CancellationTokenSource(s_closeLimit, around.Clock);
        try
        {
            await socket.CloseOutputAsync(Replaced, reason, limit.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already.
        }

        await EndAsync();
    }

    /// <summary>The agent begins to speak with it: what it says is taken from then on.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await ChangeAsync(
            (change, state, _, unsaid) =>
            {
                _epoch = change.Agent.Instance?.Epoch;
                return (ZedResume.Connected(change, state, unsaid), true);
            },
            cancellationToken);
        _followed.TrySetResult();
    }

    /// <summary>Says something to Zed, or answers it in Zed's place where Zed has no word for it.</summary>
    public async Task SayAsync(Agent agent, NumberedCommand command, CancellationToken cancellationToken)
    {
        switch (command.Command)
        {
            case AgentCommand.Open:
                await TellAsync(command.Epoch, new AgentNotice.Opened(command.Sequence, ZedAbilities.Of(agent)), cancellationToken);
                break;
            case AgentCommand.NewThread:
                await ChangeAsync((change, state, _, _) =>
                {
                    ZedResume.OpeningSent(change, state);
                    return (state, true);
                }, cancellationToken);
                break;
            case AgentCommand.LoadThread:
                if (agent.Threads.Exists(thread => thread.OpeningSequence == command.Sequence))
                {
                    await SendAsync(ZedCommands.FrameOf(agent, command), cancellationToken);
                    _ = WaitAsync(command.Sequence);
                }

                break;
            case AgentCommand.Prompt prompt:
                await PromptAsync(agent, command, prompt, cancellationToken);
                break;
            case AgentCommand.Cancel or AgentCommand.Answer or AgentCommand.Refuse:
                await SendAsync(ZedCommands.FrameOf(agent, command), cancellationToken);
                break;
            default:
                await TellAsync(command.Epoch, new AgentNotice.Failed(command.Sequence, Code: 0, "Zed knows nothing of the kind.", Details: null), cancellationToken);
                break;
        }
    }

    /// <summary>Sends a frame.</summary>
    /// <exception cref="HostOfflineException">The connection is gone.</exception>
    /// <exception cref="HostRefusedException">Too many frames wait already.</exception>
    public async Task SendAsync(ZedCommand? command, CancellationToken cancellationToken)
    {
        if (command is null)
        {
            return;
        }

        if (Interlocked.Increment(ref _waiting) > _options.MaxQueuedCommands)
        {
            Interlocked.Decrement(ref _waiting);
            throw new HostRefusedException("busy", $"{_options.MaxQueuedCommands} messages wait for Zed already.", "Zed");
        }

        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
            await _sending.WaitAsync(stop.Token);
            try
            {
                await socket.SendAsync(ZedSyncJson.Write(command), WebSocketMessageType.Text, endOfMessage: true, stop.Token);
            }
            finally
            {
                _sending.Release();
            }

            LogSent(logger, Session, command.Type);
        }
        catch (Exception gone) when (!cancellationToken.IsCancellationRequested && gone is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            throw new HostOfflineException("Zed's connection has ended; it connects again by itself.");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        socket.Dispose();
    }

    private Task EndAsync() => _ended.CancelAsync(); // never disposed: who closes it may come late

    /// <summary>
    /// A prompt counts as sent before it is: sent twice it might be worked on twice. One that was not sent after all, because we were killed between, is found by what
    /// Zed says it has, or by its silence.
    /// </summary>
    private async Task PromptAsync(Agent agent, NumberedCommand command, AgentCommand.Prompt prompt, CancellationToken cancellationToken)
    {
        if (agent.Turns.Find(turn => turn.Epoch == command.Epoch && turn.Sequence == command.Sequence) is not { } turn || agent.ThreadOf(turn.WorkSessionId) is not { } thread
            || ZedCommands.FrameOf(agent, command) is not { } frame)
        {
            return; // it is to be sent under another number
        }

        await ChangeAsync(
            (change, state, _, _) =>
            {
                change.Sending(command);
                return (state.With(ZedEntry.OfPrompt(thread, turn, frame.Data.Message ?? "")), true);
            },
            cancellationToken);
        try
        {
            await SendAsync(frame, cancellationToken);
        }
        catch (Exception gone) when (gone is HostOfflineException or OperationCanceledException)
        {
            LogPerhapsSent(logger, prompt.Context["requestId"], AgentId.Value);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 << 10];
        using var message = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                LogEnded(logger, Session, AgentId.Value, "it was closed");
                return;
            }

            if (message.Length + part.Count > _options.MaxMessageBytes)
            {
                LogTooLong(logger, Session, _options.MaxMessageBytes);
                await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, "the message is too long", cancellationToken);
                return;
            }

            message.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage)
            {
                continue;
            }

            if (part.MessageType == WebSocketMessageType.Text)
            {
                if (ZedSyncJson.Read(message.GetBuffer().AsSpan(0, (int)message.Length)) is { } said)
                {
                    await _events.Writer.WriteAsync(said, cancellationToken);
                }
                else
                {
                    LogNotUnderstood(logger, Session, message.Length);
                }
            }

            message.SetLength(0);
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        await _followed.Task.WaitAsync(cancellationToken);
        while (await _events.Reader.WaitToReadAsync(cancellationToken))
        {
            var batch = new List<ZedEvent>();
            while (batch.Count < MostAtOnce && _events.Reader.TryRead(out var said))
            {
                batch.Add(said);
            }

            AgentMetrics.Events.Add(batch.Count);
            await TakeAsync(batch, cancellationToken);
            foreach (var resync in batch.Where(one => one.EventType == ZedEventTypes.ElicitationResync))
            {
                await SettleQuestionsAsync(resync.Data, cancellationToken);
            }
        }
    }

    private async Task TakeAsync(IReadOnlyList<ZedEvent> batch, CancellationToken cancellationToken)
    {
        try
        {
            await ChangeAsync(
                (change, state, position, _) =>
                {
                    var taking = new ZedTaking(change, state, NewIds(position));
                    foreach (var said in change.Agent.Instance?.Epoch == _epoch ? batch : [])
                    {
                        if (!taking.Take(said))
                        {
                            LogUnknown(logger, Session, said.EventType.Kept().Beginning(64));
                        }
                    }

                    return (taking.State, true);
                },
                cancellationToken);
        }
        catch (Exception unkept) when (unkept is not (OperationCanceledException or ObjectDisposedException))
        {
            // One that cannot be kept must not keep the others back for ever.
            if (batch is [var one])
            {
                LogUnkept(logger, Session, one.EventType.Kept().Beginning(64), unkept);
                return;
            }

            foreach (var said in batch)
            {
                await TakeAsync([said], cancellationToken);
            }
        }
    }

    /// <summary>Zed still asks what a person has answered, or was never heard to ask: one of the two was lost on its way.</summary>
    private async Task SettleQuestionsAsync(ZedEventData data, CancellationToken cancellationToken)
    {
        foreach (var id in data is { Thread: not null, ElicitationIds: { ValueKind: JsonValueKind.Array } open } ? open.EnumerateArray().Select(one => one.Text()).OfType<string>() : [])
        {
            var question = new ZedQuestion(data.Thread ?? "", id);
            var answer = await around.Entries.AnswerAsync(AgentId, question.ProgramRequestId, cancellationToken);
            await ChangeAsync(
                (change, state, position, _) =>
                {
                    if (change.Agent.Instance is not { HasProcess: true } instance || change.Agent.Requests.Exists(one => one.ProgramRequestId == question.ProgramRequestId))
                    {
                        return (state, true); // it is open, or its answer is still to be sent
                    }

                    if (answer is not null && JsonElement.Parse(answer).Member("result") is { } result)
                    {
                        change.Say(new AgentCommand.Answer(question.ProgramRequestId, result.Clone()));
                    }
                    else if (answer is null)
                    {
                        AgentNotices.Take(change, instance.Epoch, question.WithoutWords(), NewIds(position).NewRequest);
                    }

                    return (state, true);
                },
                cancellationToken);
        }
    }

    /// <summary>Waits for Zed to become ready, but not for ever; and looks whether prompts have been lost.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await _followed.Task.WaitAsync(cancellationToken);
        _ = WaitAsync(opening: null);
        using var look = new PeriodicTimer(_options.RedeliverAfter / MostLooksPerSilence, around.Clock);
        while (await look.WaitForNextTickAsync(cancellationToken))
        {
            var again = await ChangeAsync((change, state, _, _) => ZedResume.Silent(change, state, _options.RedeliverAfter), cancellationToken);
            foreach (var turn in again ?? [])
            {
                LogRedelivered(logger, turn.Value, AgentId.Value);
                AgentMetrics.Redelivered.Add(1);
            }
        }
    }

    private async Task WaitAsync(long? opening)
    {
        try
        {
            await Task.Delay(_options.ReadyWithin, around.Clock, _ended.Token);
            await ChangeAsync((change, state, _, _) => (ZedResume.WaitedLongEnough(change, state, opening), true), _ended.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The connection has ended, and with it what was waited for.
        }
    }

    private Task<bool> TellAsync(int epoch, AgentNotice notice, CancellationToken cancellationToken) => ChangeAsync(
        (change, state, _, _) =>
        {
            AgentNotices.Take(change, epoch, notice, () => default);
            return (state, true);
        },
        cancellationToken);

    private ZedNewIds NewIds(long position) => new(() => TurnId.New(around.Clock), () => RequestId.New(around.Clock), AddWorkSession, position);

    private WorkSessionId? AddWorkSession(AgentChange change, string name)
    {
        var id = WorkSessionId.New(around.Clock);
        var added = WorkSessionRules.Add(
            change,
            new WorkSession { Id = id, Name = name, Type = AgentType.ZedAgent, Position = change.Agent.WorkSessions.Count, CreatedAt = change.Now },
            () => throw new InvalidOperationException("A Zed that speaks is an instance."),
            () => new AgentThread { Id = ThreadId.New(around.Clock), WorkSessionId = id, CreatedAt = change.Now });
        return added == WorkSessionReply.Changed ? id : null;
    }

    /// <summary>Decides something by what is known of the connection. While the database is away it waits, and Zed with it; after a store that failed it looks at the rows again.</summary>
    private async Task<T?> ChangeAsync<T>(Func<AgentChange, ZedState, long, IReadOnlyList<NumberedCommand>, (ZedState State, T Reply)> decide, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        await _changing.WaitAsync(stop.Token);
        try
        {
            while (true)
            {
                try
                {
                    if (await around.Owners().FindAsync(AgentId) is not { } owner)
                    {
                        await EndAsync(); // it was deleted
                        return default;
                    }

                    if (_isInDoubt)
                    {
                        var rows = await around.Entries.OfAsync(AgentId, stop.Token);
                        _state = _state with { Entries = _state.Entries.Clear().AddRange(rows.Select(entry => KeyValuePair.Create(entry.Key, entry))) };
                    }

                    _isInDoubt = true;
                    var next = _state;
                    var reply = await owner.ChangeAsync(
                        (change, position) =>
                        {
                            (next, var decided) = decide(change, _state, position, owner.Unsaid);
                            return decided;
                        },
                        otherwise: default,
                        stop.Token);
                    (_state, _isInDoubt) = (next, false);
                    return reply;
                }
                catch (Exception away) when (DatabaseAway.Is(away) || away is AgentChangedElsewhereException)
                {
                    await Task.Delay(s_tryAgain, around.Clock, stop.Token);
                }
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    [LoggerMessage(LogLevel.Information, "Zed's connection for session {Session} of agent {Agent} ended: {Reason}")]
    private static partial void LogEnded(ILogger logger, string session, string agent, string reason);

    [LoggerMessage(LogLevel.Debug, "Session {Session}: {Type} was sent to Zed")]
    private static partial void LogSent(ILogger logger, string session, string type);

    [LoggerMessage(LogLevel.Information, "Session {Session}: Zed says {Type}, which means nothing here")]
    private static partial void LogUnknown(ILogger logger, string session, string type);

    [LoggerMessage(LogLevel.Warning, "Session {Session}: {Bytes} bytes of Zed could not be read, and were passed over")]
    private static partial void LogNotUnderstood(ILogger logger, string session, long bytes);

    [LoggerMessage(LogLevel.Warning, "Session {Session}: a message of Zed is longer than {Bytes} bytes; the connection is closed")]
    private static partial void LogTooLong(ILogger logger, string session, int bytes);

    [LoggerMessage(LogLevel.Error, "Session {Session}: {Type} of Zed cannot be kept")]
    private static partial void LogUnkept(ILogger logger, string session, string type, Exception unkept);

    [LoggerMessage(LogLevel.Warning, "Request {Request} of agent {Agent} may not have reached Zed; it shows when Zed connects again")]
    private static partial void LogPerhapsSent(ILogger logger, string request, string agent);

    [LoggerMessage(LogLevel.Warning, "Turn {Turn} of agent {Agent} is sent once more: Zed has said nothing about it")]
    private static partial void LogRedelivered(ILogger logger, string turn, string agent);
}
