using System.Collections.Concurrent;
using Atelier.Protocol.HostLink;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Sessions;

/// <summary>The owners of this node's sessions, each made from its rows when it is first needed.</summary>
internal sealed partial class SessionOwners(
    SessionStore store, HostLinks links, WorkerSignals signals, IOptions<SessionsOptions> options, TimeProvider clock, ILogger<SessionOwners> log)
    : IHostObserver
{
    private readonly ConcurrentDictionary<SessionId, Lazy<Task<SessionOwner?>>> _owners = new();

    /// <summary>The owner of a session; null when there is no such session.</summary>
    public async Task<SessionOwner?> FindAsync(SessionId id)
    {
        var owner = _owners.GetOrAdd(id, _ => new Lazy<Task<SessionOwner?>>(() => LoadAsync(id)));
        try
        {
            if (await owner.Value is { } found)
            {
                return found;
            }
        }
        catch
        {
            _owners.TryRemove(KeyValuePair.Create(id, owner)); // the next one tries again
            throw;
        }

        _owners.TryRemove(KeyValuePair.Create(id, owner));
        return null;
    }

    /// <summary>Stores a new session and gives its owner.</summary>
    public async Task<SessionOwner> AddAsync(Session session, CancellationToken cancellationToken)
    {
        await store.SaveAsync(session, cancellationToken);
        return await FindAsync(session.Id) ?? throw new InvalidOperationException("A session that was just stored is gone.");
    }

    /// <summary>Adds a session, and workers of which none runs, within the caller's transaction, who tells the news.</summary>
    public static Task AddAsync(NpgsqlConnection connection, Session session, CancellationToken cancellationToken) =>
        SessionStore.SaveAsync(connection, session, cancellationToken);

    /// <summary>Which of these ids sessions have.</summary>
    public Task<IReadOnlySet<string>> KnownSessionsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        store.KnownSessionsAsync(ids, cancellationToken);

    /// <summary>Which of these ids workers have.</summary>
    public Task<IReadOnlySet<string>> KnownWorkersAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        store.KnownWorkersAsync(ids, cancellationToken);

    /// <summary>Forgets a session that was removed.</summary>
    public void Forget(SessionId id) => _owners.TryRemove(id, out _);

    public async Task HostLinkedAsync(HostMachine host, IReadOnlyList<WorkerReport> workers, CancellationToken cancellationToken)
    {
        var reports = workers.ToDictionary(report => report.WorkerId, StringComparer.Ordinal);
        foreach (var id in await store.OfHostAsync(host.Id, cancellationToken))
        {
            if (await FindAsync(id) is { } owner)
            {
                await owner.TakeReportsAsync(reports, isInventory: true, cancellationToken);
            }
        }
    }

    public Task HostUnlinkedAsync(HostMachine host, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task WorkerChangedAsync(HostMachine host, WorkerReport report, CancellationToken cancellationToken)
    {
        if (await OwnerForAsync(host, report.WorkerId, cancellationToken) is { } owner)
        {
            // Not awaited in turn: whoever starts this worker holds the turn and hears of it in the answer.
            var reports = new Dictionary<string, WorkerReport>(StringComparer.Ordinal) { [report.WorkerId] = report };
            _ = TakeAsync(() => owner.TakeReportsAsync(reports, isInventory: false, CancellationToken.None));
        }
    }

    public async Task ActivityChangedAsync(HostMachine host, WorkerActivityNotice notice, CancellationToken cancellationToken)
    {
        if (await OwnerForAsync(host, notice.WorkerId, cancellationToken) is { } owner)
        {
            // Not awaited in turn, as above.
            _ = TakeAsync(() => owner.TakeActivityAsync(notice, CancellationToken.None));
            signals.Active(owner.Current.Id, notice);
        }
    }

    public Task ProgressAsync(HostMachine host, ProgressNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The owner that a host may report a worker to; null when there is no such worker, or another host has it.</summary>
    private async Task<SessionOwner?> OwnerForAsync(HostMachine host, string workerId, CancellationToken cancellationToken)
    {
        if (await store.OfWorkerAsync(workerId, cancellationToken) is not { } id || await FindAsync(id) is not { } owner)
        {
            return null;
        }

        if (owner.Current.HostId != host.Id)
        {
            LogNotItsOwn(host.Id.Value, workerId);
            return null;
        }

        return owner;
    }

    private static async Task TakeAsync(Func<Task> take)
    {
        try
        {
            await take();
        }
        catch (NpgsqlException)
        {
            // The database is away: the host says it again with its next inventory, which comes when the server can store it.
        }
    }

    private async Task<SessionOwner?> LoadAsync(SessionId id) =>
        await store.FindAsync(id, CancellationToken.None) is { } session
            ? new SessionOwner(session, store, links, signals, options.Value, clock)
            : null;

    [LoggerMessage(LogLevel.Warning, "Host {Host} told something of worker {Worker}, which another host has; it was left out")]
    private partial void LogNotItsOwn(string host, string worker);
}
