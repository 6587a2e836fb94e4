using Atelier.Server.Agents;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Hosts;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Scenarios.Agents;

/// <summary>No machine at all: what programs say is brought by the scenario.</summary>
internal sealed class NoInstances : IInstanceHost, IAgentPlaces
{
    private readonly TaskCompletionSource _never = new();

    public Task WaysChanged => _never.Task;

    public object? WayTo(Agent agent) => null;

    public Task<int> StartAsync(Agent agent, CancellationToken cancellationToken) => throw Away();

    public Task EndAsync(Agent agent, CancellationToken cancellationToken) => throw Away();

    public Task FollowAsync(Agent agent, CancellationToken cancellationToken) => throw Away();

    public Task SayAsync(Agent agent, NumberedCommand command, CancellationToken cancellationToken) => throw Away();

    public Task<EffectReply> PerformAsync(Agent agent, AgentRequest request, string? seen, CancellationToken cancellationToken) => throw Away();

    public Task<int?> LogInAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) => throw Away();

    public Task EndTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) => throw Away();

    public Task RemoveTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) => throw Away();

    public Task<string> MakeAsync(Agent agent, CancellationToken cancellationToken) => throw Away();

    private static HostOfflineException Away() => new("There is no machine here.");
}
