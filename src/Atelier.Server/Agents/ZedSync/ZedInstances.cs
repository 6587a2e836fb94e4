using System.Collections.Concurrent;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Instances that are Zeds: processes like others, spoken with through a WebSocket that each opens itself. The way to one is its connection.</summary>
internal sealed partial class ZedInstances(
    ZedConnections connections, IZedProcesses processes, ZedTokenStore tokens, ZedAddressOf address, ZedSurroundings around, ILogger<ZedInstances> logger) : IInstanceHost, IDisposable
{
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(InstanceId Instance, int Epoch), Lazy<Task>> _watched = new();
    private readonly CancellationTokenSource _disposing = new();

    public Task WaysChanged => connections.Changed;

    public object? WayTo(Agent agent)
    {
        if (agent is not { Place: { } place, Instance: { HasProcess: true, IsStarted: true } instance })
        {
            return null;
        }

        _ = _watched.GetOrAdd((instance.Id, instance.Epoch), _ => new Lazy<Task>(() => Task.Run(() => WatchAsync(agent, instance)))).Value;
        return connections.Find(place.SessionId);
    }

    public async Task<int> StartAsync(Agent agent, CancellationToken cancellationToken)
    {
        if (agent is not { Place: { Path: { } path } place, Instance: { } instance })
        {
            throw new InvalidOperationException($"The agent {agent.Id} has no place or no instance.");
        }

        var (server, isTls) = await address(place.HostId, cancellationToken);
        var token = await tokens.CreateAsync(instance, cancellationToken);
        return await processes.StartAsync(
            agent,
            new Dictionary<string, string?>
            {
                [ZedSyncProtocol.EnabledVariable] = "true",
                [ZedSyncProtocol.WebSocketEnabledVariable] = "true",
                [ZedSyncProtocol.AddressVariable] = server,
                [ZedSyncProtocol.TokenVariable] = token.Text,
                [ZedSyncProtocol.TlsVariable] = isTls ? "true" : "false",
                [ZedSyncProtocol.SessionVariable] = place.SessionId,
                [ZedSyncProtocol.WorkDirectoryVariable] = path,
                [ZedSyncProtocol.EmulatedGpuVariable] = "1",
                ["ATELIER_AGENT_ID"] = agent.Id.Value,
                ["ATELIER_INSTANCE_ID"] = instance.Id.Value,
            },
            cancellationToken);
    }

    public Task EndAsync(Agent agent, CancellationToken cancellationToken) => processes.EndAsync(agent, cancellationToken);

    public Task FollowAsync(Agent agent, CancellationToken cancellationToken) => ConnectionOf(agent).FollowAsync(cancellationToken);

    public Task SayAsync(Agent agent, NumberedCommand command, CancellationToken cancellationToken) => ConnectionOf(agent).SayAsync(agent, command, cancellationToken);

    // Zed does these itself, in its own windows.
    public Task<EffectReply> PerformAsync(Agent agent, AgentRequest request, string? seen, CancellationToken cancellationToken) =>
        throw new HostRefusedException("unsupported", "Zed wants nothing done.", "Zed");

    public Task EndTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RemoveTerminalAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) => Task.CompletedTask;

    // A Zed is logged in where it keeps its settings.
    public Task<int?> LogInAsync(Agent agent, WorkerId terminal, CancellationToken cancellationToken) =>
        throw new HostRefusedException("unsupported", "Zed asks for no login.", "Zed");

    public void Dispose()
    {
        _disposing.Cancel();
        _disposing.Dispose();
    }

    private ZedConnection ConnectionOf(Agent agent) =>
        (agent.Place is { } place ? connections.Find(place.SessionId) : null) ?? throw new HostOfflineException("Zed is not connected; it connects by itself.");

    /// <summary>Waits for the end of a process and tells it, after what it said last; and does not wait for ever for one to connect.</summary>
    private async Task WatchAsync(Agent agent, AgentInstance instance)
    {
        var stop = _disposing.Token;
        try
        {
            using var connected = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var waiting = instance.ReachedAt is null ? EndUnconnectedAsync(agent.Id, instance, connected.Token) : Task.CompletedTask;
            var ended = await WhenEndedAsync(agent, stop);
            await connected.CancelAsync();
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (agent.Place is { } place && connections.Find(place.SessionId) is { } connection)
            {
                await Task.WhenAny(connection.Drained, Task.Delay(s_lastWords, around.Clock, stop));
                await connection.CloseAsync("the process has ended");
            }

            await ChangeAsync(agent.Id, change => AgentNotices.Take(change, instance.Epoch, ended, () => default), stop);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next one watches.
        }
        catch (Exception broken)
        {
            LogBroke(logger, agent.Id.Value, broken);
        }

        _watched.TryRemove((instance.Id, instance.Epoch), out _);
    }

    private async Task<AgentNotice.Ended> WhenEndedAsync(Agent agent, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await processes.WhenEndedAsync(agent, cancellationToken);
            }
            catch (Exception away) when (DatabaseAway.Is(away))
            {
                await Task.Delay(s_tryAgain, around.Clock, cancellationToken);
            }
        }
    }

    private async Task EndUnconnectedAsync(AgentId id, AgentInstance instance, CancellationToken cancellationToken)
    {
        await Task.Delay(around.Options.ConnectWithin, around.Clock, cancellationToken);
        await ChangeAsync(
            id,
            change =>
            {
                if (change.Agent.Instance is { ReachedAt: null, IsUnwanted: false } now && now.Epoch == instance.Epoch)
                {
                    LogNotConnected(logger, id.Value, around.Options.ConnectWithin.TotalSeconds);
                    AgentNotices.NotReached(change, "Zed was started and has not connected. Its tab in the session shows what it printed; it must be built for external sync.");
                }
            },
            cancellationToken);
    }

    private async Task ChangeAsync(AgentId id, Action<AgentChange> decide, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await around.Owners().FindAsync(id) is { } owner)
                {
                    await owner.ChangeAsync(
                        change =>
                        {
                            decide(change);
                            return true;
                        },
                        otherwise: false,
                        cancellationToken);
                }

                return;
            }
            catch (Exception away) when (DatabaseAway.Is(away) || away is AgentChangedElsewhereException)
            {
                await Task.Delay(s_tryAgain, around.Clock, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The Zed of agent {Agent} could not be watched")]
    private static partial void LogBroke(ILogger logger, string agent, Exception broken);

    [LoggerMessage(LogLevel.Warning, "The Zed of agent {Agent} has not connected within {Seconds} s")]
    private static partial void LogNotConnected(ILogger logger, string agent, double seconds);
}
