using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Instances;

/// <summary>Where instances run, and the way there.</summary>
internal interface IInstanceHost
{
    /// <summary>Completes when any way there comes or goes; ask for it before looking.</summary>
    Task WaysChanged { get; }

    /// <summary>The way to an agent's instance as it is now, another object each time there is a new one; null when there is none.</summary>
    object? WayTo(Agent agent);

    /// <summary>Sees to it that a process has been started as an epoch; gives the epoch that it really is.</summary>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    /// <exception cref="Hosts.HostRefusedException">It cannot be started.</exception>
    Task<int> StartAsync(Agent agent, CancellationToken cancellationToken);

    /// <summary>Ends the process with everything it started; what it said last still comes, and then its end.</summary>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    /// <exception cref="Hosts.HostRefusedException">It cannot be ended.</exception>
    Task EndAsync(Agent agent, CancellationToken cancellationToken);

    /// <summary>What the instance says comes to <see cref="AgentOwners"/> from then on, from where it is stored.</summary>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    Task FollowAsync(Agent agent, CancellationToken cancellationToken);

    /// <summary>Says something to the process; returns when it has been taken. The same number is not said twice.</summary>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    /// <exception cref="Hosts.HostRefusedException">The process is not there any more, or cannot take it.</exception>
    Task SayAsync(Agent agent, NumberedCommand command, CancellationToken cancellationToken);

    /// <summary>Does what a question of the program asks for. The same question again changes nothing more.</summary>
    /// <param name="agent">Whose program asks.</param>
    /// <param name="request">The question.</param>
    /// <param name="seen">Hash of the text that the program knows of the file it is about; null when it knows none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    /// <exception cref="Hosts.HostRefusedException">It cannot be done.</exception>
    Task<EffectReply> PerformAsync(Agent agent, AgentRequest request, string? seen, CancellationToken cancellationToken);

    /// <summary>Sees to it that the command runs with which a person logs in, in a terminal of the agent's session, and waits until it has ended.</summary>
    /// <returns>Its exit code; null when nobody knows.</returns>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    /// <exception cref="Hosts.HostRefusedException">It cannot be run.</exception>
    Task<int?> LogInAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken);

    /// <summary>Ends what runs in a terminal; one that is not there any more has ended.</summary>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    Task EndTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken);

    /// <summary>Takes a terminal's tab and log away, if they are there.</summary>
    /// <exception cref="Hosts.HostOfflineException">There is no way just now.</exception>
    Task RemoveTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken);
}
