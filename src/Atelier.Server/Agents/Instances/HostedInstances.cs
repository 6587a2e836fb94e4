using Atelier.Protocol.HostLink;
using Atelier.Server.AgentPrograms;
using Atelier.Server.AgentPrograms.ToolServers;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Tools;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Instances;

/// <summary>Instances that run under keepers of hosts, as workers of the agent's own session (docs/protocols/agent-link.md).</summary>
internal sealed class HostedInstances(
    HostLinks links,
    SessionOwners sessions,
    WorkerLaunches launches,
    ProgramCatalog programs,
    HandedToolServers toolServers,
    HostedEffects effects,
    AgentToolServer tools) : IInstanceHost
{
    private const string LoginTab = "Log in";

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
        var handed = await WithToolServersAsync(agent, place, instance, command.Command, cancellationToken);
        var said = await tools.WithToolsAsync(agent, command with { Command = handed }, cancellationToken);
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

    public async Task<int?> LogInAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken)
    {
        var (place, instance) = PartsOf(agent);
        var link = LinkOf(place);
        var session = await SessionOf(place, link);
        if (await programs.FindAsync(new AgentProgramId(agent.ProgramId), cancellationToken) is not { } program
            || LoginMethod.Find(instance.Login?.Methods, instance.Login?.MethodId ?? "") is not LoginMethod.InTerminal method
            || await launches.ForLoginAsync(session.Current, program, method.Command, method.Arguments, method.Environment, cancellationToken) is not { } launch)
        {
            throw new HostRefusedException("command-not-found", "There is nothing that could be run for it.", link.Host.Name);
        }

        _ = await session.RunProgramAsync(terminal, WorkerType.Terminal, LoginTab, programId: null, launch, epoch: 1, cancellationToken) ?? throw SessionGone(link);
        return (await session.WhenEndedAsync(terminal, cancellationToken))?.ExitCode;
    }

    public Task EndTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) =>
        effects.EndTerminalAsync(agent, terminal, cancellationToken);

    public Task RemoveTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) =>
        effects.RemoveTerminalAsync(agent, terminal, cancellationToken);

    /// <summary>The command with the servers of tools that the program may use. They are put in here and not into the command's row, as keys stand in them.</summary>
    private async Task<AgentCommand> WithToolServersAsync(
        Agent agent, AgentPlaceRow place, AgentInstance instance, AgentCommand command, CancellationToken cancellationToken)
    {
        if (command is not (AgentCommand.NewThread or AgentCommand.LoadThread or AgentCommand.ResumeThread))
        {
            return command;
        }

        var servers = await toolServers.ForAsync(agent.ProgramId, place.RepositoryId, instance.Abilities, cancellationToken);
        return servers is null ? command : command switch
        {
            AgentCommand.NewThread open => open with { Place = open.Place with { McpServers = servers } },
            AgentCommand.LoadThread open => open with { Place = open.Place with { McpServers = servers } },
            AgentCommand.ResumeThread open => open with { Place = open.Place with { McpServers = servers } },
            _ => command,
        };
    }

    private static (AgentPlaceRow Place, AgentInstance Instance) PartsOf(Agent agent) =>
        agent is { Place: { } place, Instance: { } instance } ? (place, instance) : throw new InvalidOperationException($"The agent {agent.Id} has no place or no instance.");

    private HostLink LinkOf(AgentPlaceRow place) => links.Get(new HostId(place.HostId));

    private async Task<SessionOwner> SessionOf(AgentPlaceRow place, HostLink link) =>
        await sessions.FindAsync(new SessionId(place.SessionId)) ?? throw SessionGone(link);

    private static HostRefusedException SessionGone(HostLink link) => new("not-found", "The session that the agent works in has been deleted.", link.Host.Name);
}
