using System.Threading.Channels;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>Between the reading of a program and the sending of its batches: one batch fills while the one before is on its way.</summary>
/// <remarks>When that one is full, reading waits, and with it the keeper and at last the program: nothing here grows (AL4).</remarks>
/// <param name="workerId">The worker.</param>
/// <param name="offset">Log offset where the first batch begins.</param>
/// <param name="time">The clock.</param>
internal sealed class AgentGathering(string workerId, long offset, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _begunAt = time.GetTimestamp();
    private readonly Channel<bool> _hasRoom = Signal();
    private readonly Channel<bool> _hasNews = Signal();
    private GatheredBatch _batch = new(offset, textNotBefore: TimeSpan.Zero);

    /// <summary>Adds a message, as soon as there is room.</summary>
    public async ValueTask AddAsync(long to, int epoch, AgentNotice? notice, CancellationToken cancellationToken)
    {
        while (!TryAdd(to, epoch, notice))
        {
            await _hasRoom.Reader.ReadAsync(cancellationToken);
        }
    }

    /// <summary>Waits until there is a batch to send, and begins the next.</summary>
    public async Task<AgentBatch> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan? wait;
            lock (_gate)
            {
                wait = _batch.WaitAt(Now);
                if (wait == TimeSpan.Zero)
                {
                    var batch = _batch.Close(workerId);
                    _batch = new GatheredBatch(batch.ToOffset, Now + GatheredBatch.TextPause);
                    _hasRoom.Writer.TryWrite(true);
                    return batch;
                }
            }

            await WaitForNewsAsync(wait, cancellationToken);
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_begunAt);

    private bool TryAdd(long to, int epoch, AgentNotice? notice)
    {
        TimeSpan? before;
        TimeSpan? after;
        lock (_gate)
        {
            if (_batch.IsFull)
            {
                return false;
            }

            before = _batch.WaitAt(Now);
            _batch.Add(to, epoch, notice);
            after = _batch.WaitAt(Now);
        }

        // More of the same text is no news.
        if (after is not null && (before is null || after == TimeSpan.Zero))
        {
            _hasNews.Writer.TryWrite(true);
        }

        return true;
    }

    private async Task WaitForNewsAsync(TimeSpan? limit, CancellationToken cancellationToken)
    {
        if (limit is not { } wait)
        {
            await _hasNews.Reader.ReadAsync(cancellationToken);
            return;
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var news = _hasNews.Reader.WaitToReadAsync(waiting.Token).AsTask();
        await Task.WhenAny(news, Task.Delay(wait, time, waiting.Token));
        await waiting.CancelAsync();
        _hasNews.Reader.TryRead(out _);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static Channel<bool> Signal() =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
}
