using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.ZedSync;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Instances;

/// <summary>Picks where an instance runs by what its program speaks.</summary>
internal sealed class InstanceRouter(HostedInstances hosted, ZedInstances zed) : IInstanceHost
{
    private readonly Lock _gate = new();
    private Task? _ways;

    public Task WaysChanged
    {
        get
        {
            lock (_gate)
            {
                return _ways = _ways is { IsCompleted: false } same ? same : Task.WhenAny(hosted.WaysChanged, zed.WaysChanged);
            }
        }
    }

    public object? WayTo(Agent agent) => HostOf(agent).WayTo(agent);

    public Task<int> StartAsync(Agent agent, CancellationToken cancellationToken) => HostOf(agent).StartAsync(agent, cancellationToken);

    public Task EndAsync(Agent agent, CancellationToken cancellationToken) => HostOf(agent).EndAsync(agent, cancellationToken);

    public Task FollowAsync(Agent agent, CancellationToken cancellationToken) => HostOf(agent).FollowAsync(agent, cancellationToken);

    public Task SayAsync(Agent agent, NumberedCommand command, CancellationToken cancellationToken) => HostOf(agent).SayAsync(agent, command, cancellationToken);

    public Task<EffectReply> PerformAsync(Agent agent, AgentRequest request, string? seen, CancellationToken cancellationToken) =>
        HostOf(agent).PerformAsync(agent, request, seen, cancellationToken);

    public Task EndTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) => HostOf(agent).EndTerminalAsync(agent, terminal, cancellationToken);

    public Task RemoveTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) => HostOf(agent).RemoveTerminalAsync(agent, terminal, cancellationToken);

    public Task<int?> LogInAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) => HostOf(agent).LogInAsync(agent, terminal, cancellationToken);

    private IInstanceHost HostOf(Agent agent) => agent.Protocol == AgentProtocol.Zed ? zed : hosted;
}
