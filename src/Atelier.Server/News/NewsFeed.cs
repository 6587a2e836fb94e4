using System.Collections.Immutable;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.News.Sources;
using Atelier.Server.Sessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.News;

/// <summary>Hears of every change through one listening connection, and hands it to everybody who watches on this node.</summary>
/// <remarks>A notification only wakes; what happened is read from the rows in their order, so that a lost one costs a few seconds and nothing else.</remarks>
internal sealed partial class NewsFeed(
    NpgsqlDataSource database,
    NewsStore store,
    HostViews hosts,
    HostLinks links,
    WorkerSignals signals,
    IOptions<NewsOptions> options,
    TimeProvider clock,
    ILogger<NewsFeed> logger) : BackgroundService
{
    public const string WorkerActivity = "worker-activity";

    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_dropEvery = TimeSpan.FromMinutes(10);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _publishing = new();
    private ImmutableList<NewsSubscription> _watchers = [];
    private long _last;

    /// <summary>Begins to watch.</summary>
    public async Task<NewsSubscription> WatchAsync(CancellationToken cancellationToken)
    {
        await _ready.Task.WaitAsync(cancellationToken);
        lock (_publishing)
        {
            var watcher = new NewsSubscription(this, options.Value.MostBehind);
            _watchers = _watchers.Add(watcher);
            return watcher;
        }
    }

    /// <summary>Tells something that passes (rule NS3).</summary>
    public void Signal(string kind, string subjectId, object data) => Publish(new NewsItem(Number: null, kind, subjectId, data));

    public void Leave(NewsSubscription watcher)
    {
        lock (_publishing)
        {
            _watchers = _watchers.Remove(watcher);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signals.ActivityChanged = (session, notice) =>
            Signal(WorkerActivity, session.Value, new WorkerActivityNews(session, notice.WorkerId, notice.State));
        await Task.WhenAll(
            AgainAndAgainAsync(ListenAsync, stoppingToken),
            AgainAndAgainAsync(WatchHostsAsync, stoppingToken),
            AgainAndAgainAsync(DropOldAsync, stoppingToken));
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.CommandFor("listen atelier_news").RunAsync(cancellationToken);
        if (!_ready.Task.IsCompleted)
        {
            _last = await store.LastAsync(cancellationToken);
            _ready.SetResult();
        }

        while (true)
        {
            await CatchUpAsync(cancellationToken);
            await connection.WaitAsync(options.Value.LookAgainAfter, cancellationToken);
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<NewsItem> page;
        do
        {
            page = await store.AfterAsync(_last, cancellationToken);
            foreach (var item in page)
            {
                Publish(item);
            }
        }
        while (page.Count == NewsStore.PageSize);
    }

    private void Publish(NewsItem item)
    {
        lock (_publishing)
        {
            _last = item.Number ?? _last;
            foreach (var watcher in _watchers)
            {
                watcher.Take(item);
            }
        }
    }

    /// <summary>Which hosts are linked is known to this process alone; a page that comes back after its start may believe that all are.</summary>
    private async Task WatchHostsAsync(CancellationToken cancellationToken)
    {
        var linked = (await hosts.AllAsync(cancellationToken)).Select(host => host.Id.Value).ToHashSet(StringComparer.Ordinal);
        while (true)
        {
            var changed = links.Changed;
            var now = links.LinkedHosts.Select(host => host.Value).ToHashSet(StringComparer.Ordinal);
            await store.TellHostsAsync(now.Except(linked).Concat(linked.Except(now)), cancellationToken);
            linked = now;
            await changed.WaitAsync(cancellationToken);
        }
    }

    private async Task DropOldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await store.DropOldAsync(options.Value.KeepFor, options.Value.KeepAtLeast, cancellationToken);
            await Task.Delay(s_dropEvery, clock, cancellationToken);
        }
    }

    private async Task AgainAndAgainAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await work(cancellationToken);
            }
            catch (Exception away) when (DatabaseAway.Is(away))
            {
                LogDatabaseAway(away.Message);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(s_again, clock, CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Warning, "News wait for the database: {Reason}")]
    private partial void LogDatabaseAway(string reason);
}
