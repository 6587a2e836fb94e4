using Atelier.Protocol.HostLink;

namespace Atelier.Server.Hosts;

/// <summary>Hears what daemons tell. The capability that keeps what a host reports registers one.</summary>
internal interface IHostObserver
{
    /// <summary>A host has linked and says all it has; nothing is known to have failed that is not in it.</summary>
    Task HostLinkedAsync(HostMachine host, IReadOnlyList<WorkerReport> workers, CancellationToken cancellationToken);

    /// <summary>The link is gone; what runs on the host goes on without us.</summary>
    Task HostUnlinkedAsync(HostMachine host, CancellationToken cancellationToken);

    /// <summary>A worker changed.</summary>
    Task WorkerChangedAsync(HostMachine host, WorkerReport report, CancellationToken cancellationToken);

    /// <summary>An agent's activity changed.</summary>
    Task ActivityChangedAsync(HostMachine host, WorkerActivityNotice notice, CancellationToken cancellationToken);

    /// <summary>A long operation has come so far.</summary>
    Task ProgressAsync(HostMachine host, ProgressNotice notice, CancellationToken cancellationToken);
}
