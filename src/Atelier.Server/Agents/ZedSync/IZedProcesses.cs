using Atelier.Protocol.HostLink;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Where Zeds run.</summary>
internal interface IZedProcesses
{
    /// <summary>Completes when any way there comes or goes; ask for it before looking.</summary>
    Task WaysChanged { get; }

    /// <summary>Sees to it that a process has been started as an epoch; gives the epoch that it really is.</summary>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    /// <exception cref="Hosts.HostRefusedException">It cannot be started.</exception>
    Task<int> StartAsync(Agent agent, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken);

    /// <summary>Ends the process with everything it started.</summary>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    /// <exception cref="Hosts.HostRefusedException">It cannot be ended.</exception>
    Task EndAsync(Agent agent, CancellationToken cancellationToken);

    /// <summary>Waits until the process of an epoch is gone; says how it ended.</summary>
    Task<AgentNotice.Ended> WhenEndedAsync(Agent agent, CancellationToken cancellationToken);
}
