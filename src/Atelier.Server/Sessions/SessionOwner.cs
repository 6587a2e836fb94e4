using System.Collections.Immutable;
using Atelier.Protocol.HostLink;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Sessions;

/// <summary>The one writer of a session on this node: decides, stores, applies, then acts. Changes take turns.</summary>
/// <remarks>It can be dropped at any moment and made again from the rows; a worker left "starting" is settled by its host's next inventory.</remarks>
internal sealed class SessionOwner(
    Session session, SessionStore store, HostLinks links, WorkerSignals signals, SessionsOptions options, TimeProvider clock) : IDisposable
{
    // Pipes have no size; a terminal that the program makes for itself may want one.
    private static readonly (int Cols, int Rows) s_programSize = (120, 30);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Session _session = session;
    private bool _isGone;

    /// <summary>The session as it is now.</summary>
    public Session Current => _session;

    public Task<AddWorkerReply> AddWorkerAsync(
        WorkerType type, string? name, string otherwise, string? programId, WorkerLaunch launch, (int Cols, int Rows) size, CancellationToken cancellationToken) =>
        InTurnAsync<AddWorkerReply>(
            async () =>
            {
                if (_session.NameFor(name, otherwise) is not NameDecision.Accepted accepted)
                {
                    return new AddWorkerReply.Refused(_session.NameFor(name, otherwise));
                }

                var worker = NewWorker(WorkerId.New(clock), type, accepted.Name, programId, launch, size);
                await SaveAsync(_session with { Workers = _session.Workers.Add(worker) }, cancellationToken);
                try
                {
                    worker = await StartAsync(worker, worker.Epoch + 1, launch, divider: null, cancellationToken);
                }
                catch (Exception failed) when (failed is HostOfflineException or HostRefusedException)
                {
                    await SaveAsync(_session with { Workers = _session.Workers.RemoveAll(one => one.Id == worker.Id) }, CancellationToken.None);
                    throw;
                }

                return new AddWorkerReply.Added(_session, worker);
            },
            new AddWorkerReply.SessionIsGone(),
            cancellationToken);

    public Task<ChangeWorkerReply> RestartWorkerAsync(
        WorkerId id, WorkerLaunch launch, CancellationToken cancellationToken) =>
        InTurnAsync<ChangeWorkerReply>(
            async () =>
            {
                if (_session.Find(id) is not { } worker)
                {
                    return new ChangeWorkerReply.NotFound();
                }

                if (worker.Status is WorkerStatus.Running)
                {
                    return new ChangeWorkerReply.StillRunning();
                }

                await SaveAsync(_session.With(worker with { Status = WorkerStatus.Starting }), cancellationToken);
                try
                {
                    var started = await StartAsync(worker, worker.Epoch + 1, launch, divider: worker.Epoch == 0 ? null : "started again", cancellationToken);
                    return new ChangeWorkerReply.Changed(_session, started);
                }
                catch (Exception failed) when (failed is HostOfflineException or HostRefusedException)
                {
                    await SaveAsync(_session.With(worker), CancellationToken.None);
                    throw;
                }
            },
            new ChangeWorkerReply.NotFound(),
            cancellationToken);

    /// <summary>
    /// Sees to it that a program has been started as an epoch: adds its worker when it is not there. Asking twice starts it once.
    /// </summary>
    /// <returns>The worker as its host has it; null when the session is gone.</returns>
    public Task<Worker?> RunProgramAsync(
        WorkerId id, WorkerType type, string name, string? programId, WorkerLaunch launch, int epoch, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                if (_session.Find(id) is not { } worker)
                {
                    var free = _session.NameFor(wanted: null, name) as NameDecision.Accepted
                        ?? throw new HostRefusedException("refused", $"The session has {Session.MaxWorkers} workers, which is as many as it can have.", links.Get(_session.HostId).Host.Name);
                    worker = NewWorker(id, type, free.Name, programId, launch, s_programSize);
                    await SaveAsync(_session with { Workers = _session.Workers.Add(worker) }, cancellationToken);
                }

                try
                {
                    return (Worker?)await StartAsync(worker, epoch, launch, divider: null, cancellationToken);
                }
                catch (HostRefusedException) when (type == WorkerType.Terminal && worker.Epoch == 0)
                {
                    await SaveAsync(_session with { Workers = _session.Workers.RemoveAll(one => one.Id == id) }, CancellationToken.None);
                    throw;
                }
            },
            otherwise: null,
            cancellationToken);

    /// <summary>Waits until a worker's process is gone; gives the worker as it is then, null when it is not there any more.</summary>
    public async Task<Worker?> WhenEndedAsync(WorkerId id, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = signals.Listen(id, worker =>
        {
            if (worker is null or { Status: WorkerStatus.Exited or WorkerStatus.Lost })
            {
                ended.TrySetResult();
            }
        });
        if (_session.Find(id) is { Status: WorkerStatus.Running or WorkerStatus.Starting })
        {
            await ended.Task.WaitAsync(cancellationToken);
        }

        return _session.Find(id);
    }

    /// <summary>Ends a worker's processes; the worker and its log stay.</summary>
    public Task<bool> EndWorkerAsync(WorkerId id, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                if (_session.Find(id) is not { } worker)
                {
                    return false;
                }

                await EndProcessesAsync(links.Get(_session.HostId), worker, cancellationToken);
                return true;
            },
            otherwise: false,
            cancellationToken);

    public Task<ChangeWorkerReply> RenameWorkerAsync(WorkerId id, string name, CancellationToken cancellationToken) =>
        InTurnAsync<ChangeWorkerReply>(
            async () =>
            {
                if (_session.Find(id) is not { } worker)
                {
                    return new ChangeWorkerReply.NotFound();
                }

                if (_session.Rename(id, name) is not NameDecision.Accepted accepted)
                {
                    return new ChangeWorkerReply.Refused(_session.Rename(id, name));
                }

                var renamed = worker with { Name = accepted.Name };
                await SaveAsync(_session.With(renamed), cancellationToken);
                return new ChangeWorkerReply.Changed(_session, renamed);
            },
            new ChangeWorkerReply.NotFound(),
            cancellationToken);

    /// <summary>Moves a worker's tab to another place, counted from 0.</summary>
    public Task<ChangeWorkerReply> MoveWorkerAsync(WorkerId id, int position, CancellationToken cancellationToken) =>
        InTurnAsync<ChangeWorkerReply>(
            async () =>
            {
                if (_session.Find(id) is not { } worker)
                {
                    return new ChangeWorkerReply.NotFound();
                }

                var others = _session.Workers.Remove(worker);
                await SaveAsync(
                    _session with { Workers = others.Insert(Math.Clamp(position, 0, others.Count), worker) }, cancellationToken);
                return new ChangeWorkerReply.Changed(_session, worker);
            },
            new ChangeWorkerReply.NotFound(),
            cancellationToken);

    /// <summary>Ends a worker's processes and forgets it, its log too. Asking twice is not an error.</summary>
    public Task<bool> RemoveWorkerAsync(WorkerId id, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                if (_session.Find(id) is not { } worker)
                {
                    return false;
                }

                await EndAsync([worker], cancellationToken);
                await SaveAsync(_session with { Workers = _session.Workers.Remove(worker) }, cancellationToken);
                signals.Removed(id);
                return true;
            },
            otherwise: false,
            cancellationToken);

    /// <summary>Changes what is not a worker.</summary>
    public Task<Session?> UpdateAsync(Func<Session, Session> change, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                await SaveAsync(change(_session), cancellationToken);
                return (Session?)_session;
            },
            otherwise: null,
            cancellationToken);

    /// <summary>Ends all workers, does what else must be done while they are gone, and removes the session.</summary>
    public Task<bool> DeleteAsync(Func<Session, Task> beforeRemoval, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                await EndAsync(_session.Workers, cancellationToken);
                await beforeRemoval(_session);
                await store.DeleteAsync(_session.Id, cancellationToken);
                _isGone = true;
                foreach (var worker in _session.Workers)
                {
                    signals.Removed(worker.Id);
                }

                return true;
            },
            otherwise: false,
            cancellationToken);

    /// <summary>Takes over what the host says of its workers. With the whole inventory, what is not in it is gone.</summary>
    public Task TakeReportsAsync(
        IReadOnlyDictionary<string, WorkerReport> reports, bool isInventory, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                var workers = _session.Workers.ConvertAll(worker => reports.TryGetValue(worker.Id.Value, out var report)
                    ? worker.Reported(report)
                    : isInventory ? worker.Missing() : worker);
                if (!workers.SequenceEqual(_session.Workers))
                {
                    await SaveAsync(_session with { Workers = workers }, cancellationToken);
                }

                return true;
            },
            otherwise: false,
            cancellationToken);

    /// <summary>Takes over what an agent does. It is stored for who looks later, and told as a signal, not as news (rule NS3).</summary>
    public Task TakeActivityAsync(WorkerActivityNotice notice, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                if (_session.Find(new WorkerId(notice.WorkerId)) is { Status: WorkerStatus.Running } worker && worker.Activity != notice.State)
                {
                    var active = worker with { Activity = notice.State };
                    await store.SaveActivityAsync(active, cancellationToken);
                    _session = _session.With(active);
                    signals.Changed(active);
                }

                return true;
            },
            otherwise: false,
            cancellationToken);

    public void Dispose() => _turn.Dispose();

    private async Task<Worker> StartAsync(Worker worker, int epoch, WorkerLaunch launch, string? divider, CancellationToken cancellationToken)
    {
        var report = await links.Get(_session.HostId).RequestAsync(
            HostMethods.StartWorker,
            new StartWorkerRequest(
                worker.Id.Value,
                epoch,
                launch.Kind,
                launch.Command,
                launch.Directory ?? _session.LocationPath,
                new Dictionary<string, string?>(launch.Environment) { ["ATELIER_SESSION_ID"] = _session.Id.Value },
                worker.Cols,
                worker.Rows,
                options.TerminalLogBytes,
                launch.Sandbox,
                launch.AskingPatterns is not null,
                launch.AskingPatterns ?? [],
                divider,
                launch.InitialInput,
                Within: launch.Directory is null ? null : _session.LocationPath),
            HostJson.Default.StartWorkerRequest,
            HostJson.Default.WorkerReport,
            cancellationToken);
        var started = (_session.Find(worker.Id) ?? worker).Reported(report);
        await SaveAsync(_session.With(started), cancellationToken);
        return started;
    }

    private async Task EndAsync(ImmutableList<Worker> workers, CancellationToken cancellationToken)
    {
        if (workers.IsEmpty)
        {
            return; // nothing that needs the host
        }

        var link = links.Get(_session.HostId);
        foreach (var worker in workers)
        {
            await EndProcessesAsync(link, worker, cancellationToken);
            await link.RequestAsync(
                HostMethods.RemoveWorker,
                new WorkerRequest(worker.Id.Value),
                HostJson.Default.WorkerRequest,
                HostJson.Default.Done,
                cancellationToken);
        }
    }

    private async Task EndProcessesAsync(HostLink link, Worker worker, CancellationToken cancellationToken)
    {
        var ended = await link.RequestAsync(
            HostMethods.EndWorker,
            new EndWorkerRequest(worker.Id.Value, (int)options.EndGrace.TotalMilliseconds),
            HostJson.Default.EndWorkerRequest,
            HostJson.Default.EndWorkerReply,
            cancellationToken);
        if (ended.Left.Count > 0)
        {
            throw new HostRefusedException("refused", $"Not all processes of {worker.Name} could be ended: {string.Join("; ", ended.Left)}.", link.Host.Name);
        }
    }

    private Worker NewWorker(WorkerId id, WorkerType type, string name, string? programId, WorkerLaunch launch, (int Cols, int Rows) size) => new()
    {
        Id = id,
        Type = type,
        Kind = launch.Kind,
        Name = name,
        AgentProgramId = programId,
        Command = launch.Command,
        Status = WorkerStatus.Starting,
        Cols = size.Cols,
        Rows = size.Rows,
        CreatedAt = clock.GetUtcNow(),
    };

    private async Task SaveAsync(Session changed, CancellationToken cancellationToken)
    {
        await store.SaveAsync(changed, cancellationToken); // if this fails, memory is still true
        var before = _session;
        _session = changed;
        foreach (var worker in changed.Workers)
        {
            if (before.Find(worker.Id) != worker)
            {
                signals.Changed(worker);
            }
        }
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> act, T otherwise, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _isGone ? otherwise : await act();
        }
        finally
        {
            _turn.Release();
        }
    }
}
