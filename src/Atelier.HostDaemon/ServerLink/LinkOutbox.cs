using System.Threading.Channels;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.ServerLink;

/// <summary>What the server is to be told, kept small: of a worker only that it changed, of its activity only the last, of progress the newest lines.</summary>
/// <remarks>It fills while there is no link as well; the inventory of the next hello covers workers, so they are forgotten then.</remarks>
internal sealed class LinkOutbox
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _changedWorkers = new();
    private readonly HashSet<string> _isChanged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WorkerActivityNotice> _activity = new(StringComparer.Ordinal);
    private readonly Queue<ProgressNotice> _progress = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Progress lines kept for a slow or missing link.</summary>
    public const int MaxProgress = 1_000;

    /// <summary>A worker's report is another one now.</summary>
    public void WorkerChanged(string workerId)
    {
        lock (_gate)
        {
            if (_isChanged.Add(workerId))
            {
                _changedWorkers.Enqueue(workerId);
            }
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>An agent's activity changed.</summary>
    public void ActivityChanged(WorkerActivityNotice notice)
    {
        lock (_gate)
        {
            _activity[notice.WorkerId] = notice;
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>A long operation has come so far.</summary>
    public void Progress(ProgressNotice notice)
    {
        lock (_gate)
        {
            _progress.Enqueue(notice);
            while (_progress.Count > MaxProgress)
            {
                _progress.Dequeue();
            }
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>Forgets what the next inventory says anyway.</summary>
    public void StartAnew()
    {
        lock (_gate)
        {
            _changedWorkers.Clear();
            _isChanged.Clear();
            _activity.Clear();
        }
    }

    /// <summary>Waits until there may be something to tell, and takes all of it.</summary>
    public async Task<LinkNews> TakeAsync(CancellationToken cancellationToken)
    {
        await _wake.Reader.ReadAsync(cancellationToken);
        lock (_gate)
        {
            var news = new LinkNews([.. _changedWorkers], [.. _activity.Values], [.. _progress]);
            _changedWorkers.Clear();
            _isChanged.Clear();
            _activity.Clear();
            _progress.Clear();
            return news;
        }
    }
}

/// <summary>What has been gathered for the server.</summary>
/// <param name="ChangedWorkers">Workers whose report changed.</param>
/// <param name="Activity">Activity by worker.</param>
/// <param name="Progress">Progress, oldest first.</param>
internal sealed record LinkNews(
    IReadOnlyList<string> ChangedWorkers,
    IReadOnlyList<WorkerActivityNotice> Activity,
    IReadOnlyList<ProgressNotice> Progress);
