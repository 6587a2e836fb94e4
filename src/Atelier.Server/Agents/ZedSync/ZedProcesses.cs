using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Tools;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Zeds as workers of the agent's own session: in a terminal, as what they print is for people.</summary>
internal sealed class ZedProcesses(HostLinks links, SessionOwners sessions, WorkerLaunches launches, ProgramCatalog programs, AgentToolServer tools) : IZedProcesses
{
    private const int MaxLastWordsBytes = 4 << 10;

    public Task WaysChanged => links.Changed;

    public async Task<int> StartAsync(Agent agent, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        var (place, instance) = PartsOf(agent);
        var link = links.Get(new HostId(place.HostId));
        var session = await sessions.FindAsync(new SessionId(place.SessionId)) ?? throw SessionGone(link);
        var program = await programs.FindAsync(new AgentProgramId(agent.ProgramId), cancellationToken)
            ?? throw new HostRefusedException("command-not-found", $"There is no program {agent.ProgramId} any more.", link.Host.Name);
        var launch = await launches.ForProtocolAsync(session.Current, program, cancellationToken);
        if (launch is null || program.Protocol != AgentProtocol.Zed)
        {
            throw new HostRefusedException("command-not-found", $"{program.Name} does not speak Zed's protocol any more.", link.Host.Name);
        }

        var all = new Dictionary<string, string?>(launch.Environment);
        foreach (var (name, value) in environment.Concat(await tools.EnvironmentAsync(agent, instance.Epoch, cancellationToken)))
        {
            all[name] = value;
        }

        var worker = await session.RunProgramAsync(
            new WorkerId(instance.WorkerId),
            WorkerType.Agent,
            program.Name,
            agent.ProgramId,
            launch with { Environment = all, Kind = WorkerKind.Terminal },
            instance.Epoch,
            cancellationToken);
        return worker?.Epoch ?? throw SessionGone(link);
    }

    public async Task EndAsync(Agent agent, CancellationToken cancellationToken)
    {
        var (place, instance) = PartsOf(agent);
        var link = links.Get(new HostId(place.HostId));
        var session = await sessions.FindAsync(new SessionId(place.SessionId)) ?? throw SessionGone(link);
        await session.EndWorkerAsync(new WorkerId(instance.WorkerId), cancellationToken);
    }

    public async Task<AgentNotice.Ended> WhenEndedAsync(Agent agent, CancellationToken cancellationToken)
    {
        var (place, instance) = PartsOf(agent);
        var worker = await sessions.FindAsync(new SessionId(place.SessionId)) is { } session
            ? await session.WhenEndedAsync(new WorkerId(instance.WorkerId), cancellationToken)
            : null;
        return worker is null
            ? new AgentNotice.Ended(ExitCode: null, Signal: null, LastWords: null)
            : new AgentNotice.Ended(worker.ExitCode, worker.Signal, await LastWordsAsync(place, instance, cancellationToken));
    }

    private async Task<string?> LastWordsAsync(AgentPlaceRow place, AgentInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            return links.Find(new HostId(place.HostId)) is { } link
                ? (await link.RequestAsync(
                    HostMethods.ReadTail,
                    new ReadTailRequest(instance.WorkerId, MaxLastWordsBytes),
                    HostJson.Default.ReadTailRequest,
                    HostJson.Default.TailReply,
                    cancellationToken)).Text
                : null;
        }
        catch (Exception unknown) when (unknown is HostOfflineException or HostRefusedException)
        {
            return null;
        }
    }

    private static (AgentPlaceRow Place, AgentInstance Instance) PartsOf(Agent agent) =>
        agent is { Place: { } place, Instance: { } instance } ? (place, instance) : throw new InvalidOperationException($"The agent {agent.Id} has no place or no instance.");

    private static HostRefusedException SessionGone(HostLink link) => new("not-found", "The session that the agent works in has been deleted.", link.Host.Name);
}
