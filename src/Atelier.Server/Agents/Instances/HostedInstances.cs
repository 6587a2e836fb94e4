using Atelier.Protocol.HostLink;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Tools;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Instances;

/// <summary>Instances that run under keepers of hosts, as workers of the agent's own session (docs/protocols/agent-link.md).</summary>
internal sealed class HostedInstances(HostLinks links, SessionOwners sessions, WorkerLaunches launches, ProgramCatalog programs, HostedEffects effects, AgentToolServer tools) : IInstanceHost
{
    public Task WaysChanged => links.Changed;

    public object? WayTo(Agent agent) => agent.Place is { } place ? links.Find(new HostId(place.HostId)) : null;

    public async Task<int> StartAsync(Agent agent, CancellationToken cancellationToken)
    {
        var (place, instance) = PartsOf(agent);
        var link = LinkOf(place);
        var session = await SessionOf(place, link);
        var program = await programs.FindAsync(new AgentProgramId(agent.ProgramId), cancellationToken)
            ?? throw new HostRefusedException("command-not-found", $"There is no program {agent.ProgramId} any more.", link.Host.Name);
        var launch = await launches.ForProtocolAsync(session.Current, program, cancellationToken)
            ?? throw new HostRefusedException("command-not-found", $"{program.Name} does not speak the Agent Client Protocol.", link.Host.Name);
        var environment = new Dictionary<string, string?>(launch.Environment)
        {
            ["ATELIER_AGENT_ID"] = agent.Id.Value,
            ["ATELIER_INSTANCE_ID"] = instance.Id.Value,
        };
        foreach (var (name, value) in await tools.EnvironmentAsync(agent, instance.Epoch, cancellationToken))
        {
            environment[name] = value;
        }

        var worker = await session.RunProgramAsync(
            new WorkerId(instance.WorkerId), WorkerType.Agent, program.Name, agent.ProgramId, launch with { Environment = environment }, instance.Epoch, cancellationToken);
        return worker?.Epoch ?? throw SessionGone(link);
    }

    public async Task EndAsync(Agent agent, CancellationToken cancellationToken)
    {
        var (place, instance) = PartsOf(agent);
        await (await SessionOf(place, LinkOf(place))).EndWorkerAsync(new WorkerId(instance.WorkerId), cancellationToken);
    }

    public Task FollowAsync(Agent agent, CancellationToken cancellationToken)
    {
        var (place, instance) = PartsOf(agent);
        return LinkOf(place).RequestAsync(
            HostMethods.FollowAgent,
            new FollowAgentRequest(instance.WorkerId, AgentDialect.Acp, instance.LogOffset),
            HostJson.Default.FollowAgentRequest,
            HostJson.Default.Done,
            cancellationToken);
    }

    public async Task SayAsync(Agent agent, NumberedCommand command, CancellationToken cancellationToken)
    {
        var (place, instance) = PartsOf(agent);
        var said = await tools.WithToolsAsync(agent, command, cancellationToken);
        await LinkOf(place).RequestAsync(
            HostMethods.SendToAgent,
            new SendToAgentRequest(instance.WorkerId, AgentDialect.Acp, command.Epoch, command.Sequence, said),
            HostJson.Default.SendToAgentRequest,
            HostJson.Default.Done,
            cancellationToken,
            isLong: true);
    }

    public Task<EffectReply> PerformAsync(Agent agent, AgentRequest request, string? seen, CancellationToken cancellationToken) =>
        effects.PerformAsync(agent, request, seen, cancellationToken);

    public Task EndTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) =>
        effects.EndTerminalAsync(agent, terminal, cancellationToken);

    public Task RemoveTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) =>
        effects.RemoveTerminalAsync(agent, terminal, cancellationToken);

    private static (AgentPlaceRow Place, AgentInstance Instance) PartsOf(Agent agent) =>
        agent is { Place: { } place, Instance: { } instance } ? (place, instance) : throw new InvalidOperationException($"The agent {agent.Id} has no place or no instance.");

    private HostLink LinkOf(AgentPlaceRow place) => links.Get(new HostId(place.HostId));

    private async Task<SessionOwner> SessionOf(AgentPlaceRow place, HostLink link) =>
        await sessions.FindAsync(new SessionId(place.SessionId)) ?? throw SessionGone(link);

    private static HostRefusedException SessionGone(HostLink link) => new("not-found", "The session that the agent works in has been deleted.", link.Host.Name);
}
