using Atelier.HostDaemon.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>Hands a batch to the server, which answers how far it has stored.</summary>
internal delegate Task<AgentCursor> AgentBatchSender(AgentBatch batch, CancellationToken cancellationToken);

/// <summary>One program that the server follows on a link: reads it, sends what it said batch by batch, and says to the keeper what is stored.</summary>
/// <remarks>It keeps nothing that the server and the keeper's log do not have; it may be dropped and begun again at any moment.</remarks>
internal sealed partial class AgentFollow : IAsyncDisposable
{
    // A server that does not answer has perhaps forgotten; one that stores slowly answers what comes again with its cursor.
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan[] s_pauses =
        [TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1)];

    private readonly FollowAgentRequest _request;
    private readonly WorkerOwners _workers;
    private readonly string _folder;
    private readonly AgentBatchSender _send;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Task _running;

    public AgentFollow(
        FollowAgentRequest request,
        WorkerOwners workers,
        string folder,
        AgentBatchSender send,
        TimeProvider time,
        ILogger logger)
    {
        _request = request;
        _workers = workers;
        _folder = folder;
        _send = send;
        _time = time;
        _logger = logger;
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>How long to wait before a stretch is sent again (AL5).</summary>
    internal static TimeSpan PauseBefore(int attempt) => s_pauses[Math.Min(attempt, s_pauses.Length - 1)];

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _running;
        _disposing.Dispose();
    }

    private async Task RunAsync()
    {
        var offset = _request.Offset;
        for (var attempt = 0; !_disposing.IsCancellationRequested; attempt++)
        {
            try
            {
                (offset, var hasStored) = await FollowAsync(offset, _disposing.Token);
                attempt = hasStored ? -1 : attempt;
                await PauseAsync(attempt, _disposing.Token);
            }
            catch (Exception over) when (over is OperationCanceledException or JsonRpcEndedException)
            {
                return;   // the link is gone, the server wants no more, or the worker was removed
            }
            catch (Exception fault)
            {
                LogFault(_request.WorkerId, fault);
                await Task.Delay(s_pauses[^1], _time, CancellationToken.None);
            }
        }
    }

    // A server whose cursor is elsewhere again and again is not asked without pause.
    private Task PauseAsync(int attempt, CancellationToken cancellationToken) =>
        attempt < 1 ? Task.CompletedTask : Task.Delay(PauseBefore(attempt - 1), _time, cancellationToken);

    // Follows until the server's cursor is found elsewhere: there, and whether anything was stored before.
    private async Task<(long Cursor, bool HasStored)> FollowAsync(long offset, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var gathering = new AgentGathering(_request.WorkerId, offset, _time);
        var reader = new AgentReader(_workers, _request.WorkerId, _folder, gathering, _time);
        var reading = reader.RunAsync(offset, stop.Token);
        var sending = SendAsync(gathering, reader, stop.Token);
        var first = await Task.WhenAny(reading, sending);
        await stop.CancelAsync();
        await Task.WhenAll(reading, sending).ContinueWith(_ => { }, TaskScheduler.Default);
        await first;
        return sending.IsCompletedSuccessfully ? await sending : throw new OperationCanceledException("The worker was removed.");
    }

    private async Task<(long Cursor, bool HasStored)> SendAsync(
        AgentGathering gathering, AgentReader reader, CancellationToken cancellationToken)
    {
        for (var hasStored = false; ; hasStored = true)
        {
            var batch = await gathering.TakeAsync(cancellationToken);
            var cursor = await StoreAsync(batch, cancellationToken);
            if (cursor.Offset != batch.ToOffset)
            {
                return (Math.Max(0, cursor.Offset), hasStored);
            }

            await reader.CommitAsync(cursor.Offset, cancellationToken);
        }
    }

    private async Task<AgentCursor> StoreAsync(AgentBatch batch, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var tooLate = new CancellationTokenSource(s_answerLimit, _time);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLate.Token);
                return await _send(batch, stop.Token);
            }
            catch (JsonRpcException refusal) when (refusal.Reason == JsonRpcErrorReasons.TooLarge)
            {
                batch = AgentNotices.WithoutTooLong(batch);
            }
            catch (Exception refusal) when (refusal is JsonRpcException
                || (refusal is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The server cannot store just now.
            }

            await Task.Delay(PauseBefore(attempt), _time, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Worker {WorkerId}: reading its program broke; it is begun again")]
    private partial void LogFault(string workerId, Exception fault);
}
