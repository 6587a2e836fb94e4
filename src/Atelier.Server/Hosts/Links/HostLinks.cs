using System.Collections.Concurrent;

namespace Atelier.Server.Hosts.Links;

/// <summary>The live links of this node, one per host.</summary>
internal sealed class HostLinks
{
    private readonly ConcurrentDictionary<HostId, HostLink> _links = new();
    private readonly Lock _changing = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when any link comes or goes; ask for it before looking.</summary>
    public Task Changed
    {
        get
        {
            lock (_changing)
            {
                return _changed.Task;
            }
        }
    }

    public IReadOnlyCollection<HostId> LinkedHosts => [.. _links.Keys];

    public bool IsLinked(HostId host) => _links.ContainsKey(host);

    public HostLink? Find(HostId host) => _links.GetValueOrDefault(host);

    /// <exception cref="HostOfflineException">The host has no link.</exception>
    public HostLink Get(HostId host) =>
        Find(host) ?? throw new HostOfflineException("Its daemon is not linked; it dials again by itself.");

    /// <summary>The link of a host, as soon as it has one.</summary>
    public async Task<HostLink> WaitForAsync(HostId host, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Changed;
            if (Find(host) is { } link)
            {
                return link;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes a new link in; gives the one it replaces.</summary>
    public HostLink? Add(HostLink link)
    {
        HostLink? before = null;
        _links.AddOrUpdate(link.Host.Id, link, (_, older) =>
        {
            before = older;
            return link;
        });
        Announce();
        return before;
    }

    /// <summary>Forgets a link, unless another has replaced it; says whether the host is without one now.</summary>
    public bool Remove(HostLink link)
    {
        var removed = _links.TryRemove(KeyValuePair.Create(link.Host.Id, link));
        if (removed)
        {
            Announce();
        }

        return removed;
    }

    private void Announce()
    {
        TaskCompletionSource announced;
        lock (_changing)
        {
            announced = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        announced.SetResult();
    }
}
