using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Operations;

/// <summary>Work that outlives the request, and the link, that asked for it (HL4, HL8).</summary>
/// <remarks>
/// Asking again with the same operation id joins what runs, or hears again how it ended. Only <c>operation/cancel</c> and the daemon's own end stop it.
/// </remarks>
internal sealed class LongOperations(LinkOutbox outbox, TimeProvider time, CancellationToken daemonEnds)
{
    private const int MaxRemembered = 256;

    private static readonly TimeSpan s_betweenCounts = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Task Work, CancellationTokenSource Cancel)> _operations = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Begins an operation or joins it.</summary>
    /// <param name="operationId">Its id.</param>
    /// <param name="work">The work; told where to report.</param>
    /// <param name="cancellationToken">Ends the waiting, not the work.</param>
    public async Task<TReply> RunAsync<TReply>(
        string operationId, Func<OperationProgress, CancellationToken, Task<TReply>> work, CancellationToken cancellationToken)
    {
        Task running;
        lock (_gate)
        {
            if (!_operations.TryGetValue(operationId, out var known))
            {
                known = Begin(operationId, work);
            }

            running = known.Work;
        }

        if (running is not Task<TReply> sameKind)
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"The operation {operationId} is of another kind.");
        }

        return await sameKind.WaitAsync(cancellationToken);
    }

    /// <summary>Ends an operation; one that has ended, or never was, is no error.</summary>
    public async Task CancelAsync(string operationId)
    {
        (Task Work, CancellationTokenSource Cancel) operation;
        lock (_gate)
        {
            if (!_operations.TryGetValue(operationId, out operation))
            {
                return;
            }
        }

        await operation.Cancel.CancelAsync();
        await Task.WhenAny(operation.Work);
    }

    private (Task Work, CancellationTokenSource Cancel) Begin<TReply>(
        string operationId, Func<OperationProgress, CancellationToken, Task<TReply>> work)
    {
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(daemonEnds);
        var progress = new OperationProgress(operationId, outbox, time, s_betweenCounts);
        var begun = (Task.Run(() => WorkAsync(operationId, progress, work, cancel.Token), CancellationToken.None), cancel);
        _operations.Add(operationId, begun);
        _order.Enqueue(operationId);
        ForgetOldest();
        return begun;
    }

    private static async Task<TReply> WorkAsync<TReply>(
        string operationId,
        OperationProgress progress,
        Func<OperationProgress, CancellationToken, Task<TReply>> work,
        CancellationToken cancellationToken)
    {
        try
        {
            return await work(progress, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new JsonRpcException(LinkRefusals.Cancelled, $"The operation {operationId} was cancelled.");
        }
    }

    private void ForgetOldest()
    {
        for (var left = _order.Count; _operations.Count > MaxRemembered && left > 0; left--)
        {
            var oldest = _order.Dequeue();
            if (_operations[oldest].Work.IsCompleted)
            {
                _operations[oldest].Cancel.Dispose();
                _operations.Remove(oldest);
            }
            else
            {
                _order.Enqueue(oldest);
            }
        }
    }
}

/// <summary>Where an operation says how far it has come.</summary>
internal sealed class OperationProgress(string operationId, LinkOutbox outbox, TimeProvider time, TimeSpan betweenCounts)
{
    private readonly Lock _gate = new();
    private string _phase = "";
    private long _lastSent;

    /// <summary>A line for a person.</summary>
    public void Say(string line) => outbox.Progress(new ProgressNotice(operationId, line, null, null));

    /// <summary>A count; counts that follow one another too fast are left out, but not the last of a phase.</summary>
    public void Count(string phase, long? completed, long? total)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (phase == _phase && completed != total && time.GetElapsedTime(_lastSent, now) < betweenCounts)
            {
                return;
            }

            _phase = phase;
            _lastSent = now;
        }

        outbox.Progress(new ProgressNotice(operationId, phase, completed, total));
    }
}
