using System.Collections.Concurrent;
using System.Threading.Channels;
using Atelier.Protocol.HostLink;
using Atelier.Server.Hosts;
using Atelier.Server.Sessions;

namespace Atelier.Server.News;

/// <summary>News that is not stored (rule NS3): activity, progress, hosts that come and go. Lossy for who is slow; the lists carry the state.</summary>
internal abstract record NewsSignal
{
    private NewsSignal()
    {
    }

    internal sealed record Activity(SessionId SessionId, string WorkerId, ActivityState State) : NewsSignal;

    internal sealed record Hosts : NewsSignal;

    internal sealed record Operation(ProgressNotice Notice) : NewsSignal;
}

/// <summary>Fans signals out to everybody who watches through this node.</summary>
internal sealed class NewsSignals : IHostObserver
{
    private const int Waiting = 200;

    private readonly ConcurrentDictionary<Channel<NewsSignal>, bool> _watchers = new();

    public NewsSignals(WorkerSignals workers)
    {
        workers.ActivityChanged = (session, notice) => Tell(new NewsSignal.Activity(session, notice.WorkerId, notice.State));
        workers.HostsChanged = () => Tell(new NewsSignal.Hosts());
    }

    public Channel<NewsSignal> Watch()
    {
        var watcher = Channel.CreateBounded<NewsSignal>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest });
        _watchers[watcher] = true;
        return watcher;
    }

    public void Forget(Channel<NewsSignal> watcher) => _watchers.TryRemove(watcher, out _);

    public Task HostLinkedAsync(HostMachine host, IReadOnlyList<WorkerReport> workers, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task HostUnlinkedAsync(HostMachine host, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WorkerChangedAsync(HostMachine host, WorkerReport report, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ActivityChangedAsync(HostMachine host, WorkerActivityNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ProgressAsync(HostMachine host, ProgressNotice notice, CancellationToken cancellationToken)
    {
        Tell(new NewsSignal.Operation(notice));
        return Task.CompletedTask;
    }

    private void Tell(NewsSignal signal)
    {
        foreach (var watcher in _watchers.Keys)
        {
            watcher.Writer.TryWrite(signal);
        }
    }
}
