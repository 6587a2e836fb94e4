using System.Collections.Concurrent;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Workers;

/// <summary>Every worker that has a folder on this machine.</summary>
internal sealed class WorkerOwners(WorkerSurroundings surroundings) : IAsyncDisposable
{
    private static readonly TimeSpan s_betweenUpkeeps = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, WorkerOwner> _owners = new(StringComparer.Ordinal);

    /// <summary>What the server is told of all of them.</summary>
    public IReadOnlyList<WorkerReport> Inventory() => [.. _owners.Values.Where(owner => owner.IsKnown).Select(owner => owner.Report)];

    /// <summary>Finds the workers of an earlier daemon and takes their keepers back.</summary>
    public void TakeBack()
    {
        foreach (var folder in Directory.EnumerateDirectories(surroundings.Data.Workers))
        {
            Of(Path.GetFileName(folder)).TakeBack();
        }

        var inventory = Inventory();
        var running = inventory.Count(report => report.State == WorkerRunState.Running);
        WorkerLog.TookBack(surroundings.Logger, running, inventory.Count);
    }

    /// <summary>The owner of a worker, new or old.</summary>
    public WorkerOwner Of(string workerId)
    {
        DataFolderNames.ThrowIfUnfit(workerId);
        return _owners.GetOrAdd(workerId, id => new WorkerOwner(id, surroundings));
    }

    /// <summary>The owner of a worker that was started here.</summary>
    /// <exception cref="JsonRpcException">There is none.</exception>
    public WorkerOwner Known(string workerId) =>
        Find(workerId) ?? throw new JsonRpcException(LinkRefusals.NotFound, $"There is no worker {workerId} on this machine.");

    /// <summary>The owner of a worker that was started here; null when there is none.</summary>
    public WorkerOwner? Find(string workerId) =>
        _owners.TryGetValue(workerId, out var owner) && owner.IsKnown ? owner : null;

    /// <summary>Forgets an ended worker; one that is not there is forgotten already.</summary>
    public async Task RemoveAsync(string workerId)
    {
        if (_owners.TryGetValue(workerId, out var owner))
        {
            await owner.RemoveAsync();
            _owners.TryRemove(workerId, out _);
            await owner.DisposeAsync();
        }
    }

    /// <summary>Keeps all logs within their bounds, round after round.</summary>
    public async Task KeepLogsAsync(CancellationToken cancellationToken)
    {
        using var rounds = new PeriodicTimer(s_betweenUpkeeps, surroundings.Time);
        while (await rounds.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var owner in _owners.Values)
            {
                try
                {
                    await owner.KeepLogAsync(cancellationToken);
                }
                catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ObjectDisposedException)
                {
                    WorkerLog.LogNotKept(surroundings.Logger, owner.WorkerId, failed.Message);
                }
            }
        }
    }

    /// <summary>Ends every process of every worker.</summary>
    public Task EndAllAsync(TimeSpan grace) => Task.WhenAll(_owners.Values.Select(owner => owner.EndAsync(grace)));

    public async ValueTask DisposeAsync()
    {
        foreach (var owner in _owners.Values)
        {
            await owner.DisposeAsync();
        }
    }
}
