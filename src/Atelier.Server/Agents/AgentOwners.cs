using System.Collections.Concurrent;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Events;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;

namespace Atelier.Server.Agents;

/// <summary>The owners of this node's agents: those that have something to do from the start on, others from when they are needed until nobody has for a while.</summary>
internal sealed partial class AgentOwners(AgentSurroundings around, TimeProvider clock, ILogger<AgentOwners> logger) : BackgroundService, IAgentBatches
{
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(500);

    /// <summary>An agent that was stored although nobody heard that it was has no owner yet.</summary>
    private static readonly TimeSpan s_lookAround = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<AgentId, Lazy<Task<AgentOwner?>>> _owners = new();
    private readonly ConcurrentDictionary<string, AgentId> _byWorker = new();

    /// <summary>How many agents are in memory.</summary>
    public int Count => _owners.Count;

    /// <summary>The owner of an agent, for who asks it for something soon; null when there is no such agent.</summary>
    public async Task<AgentOwner?> FindAsync(AgentId id)
    {
        while (true)
        {
            var owner = _owners.GetOrAdd(id, _ => new Lazy<Task<AgentOwner?>>(() => LoadAsync(id)));
            AgentOwner? found;
            try
            {
                found = await owner.Value;
            }
            catch
            {
                _owners.TryRemove(KeyValuePair.Create(id, owner)); // the next one tries again
                throw;
            }

            if (found?.TryUse() == true)
            {
                return found;
            }

            _owners.TryRemove(KeyValuePair.Create(id, owner));
            if (found is null)
            {
                return null;
            }
        }
    }

    /// <summary>Drops owners of agents that have nothing to do and that nobody has asked anything for a while. The rows have all of it.</summary>
    public async Task ForgetIdleAsync(CancellationToken cancellationToken)
    {
        var live = (await around.Store.LiveAsync(cancellationToken)).ToHashSet();
        var since = clock.GetUtcNow() - around.Options.ForgetAfter;
        foreach (var (id, owner) in _owners)
        {
            if (!live.Contains(id) && owner is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: { } loaded } }
                && await loaded.TryLetGoAsync(since, cancellationToken))
            {
                _owners.TryRemove(KeyValuePair.Create(id, owner));
                if (loaded.Current.Instance is { } instance)
                {
                    _byWorker.TryRemove(instance.WorkerId, out _);
                }

                await loaded.DisposeAsync();
            }
        }
    }

    /// <summary>Stores a new agent and gives its owner.</summary>
    /// <param name="change">The agent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="idempotencyKey">The client's name for the request; null when it gave none.</param>
    public async Task<AgentOwner> AddAsync(AgentChange change, CancellationToken cancellationToken, string? idempotencyKey = null)
    {
        var events = change.Events.Select((draft, index) => new AgentEvent(index + 1, change.Now, draft)).ToList();
        await around.Store.AddAsync(change, events, idempotencyKey, cancellationToken);
        return await FindAsync(change.Agent.Id) ?? throw new InvalidOperationException("An agent that was just stored is gone.");
    }

    /// <summary>The owner of the agent that a person has made under a name of their client's; null when there is none.</summary>
    public async Task<AgentOwner?> FindAsync(UserId user, string idempotencyKey, CancellationToken cancellationToken) =>
        await around.Store.OfKeyAsync(user, idempotencyKey, cancellationToken) is { } id ? await FindAsync(id) : null;

    /// <summary>Forgets the rows of an agent, and its owner.</summary>
    public async Task RemoveAsync(AgentId id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id) is { } owner)
        {
            await owner.RemoveAsync(cancellationToken);
            _owners.TryRemove(id, out _);
            await owner.DisposeAsync();
        }
    }

    public async Task<AgentCursor> TakeAsync(AgentBatch batch, CancellationToken cancellationToken)
    {
        if (!_byWorker.TryGetValue(batch.WorkerId, out var id))
        {
            if (await around.Store.OfWorkerAsync(batch.WorkerId, cancellationToken) is not { } found)
            {
                return new AgentCursor(batch.ToOffset); // nobody wants it any more
            }

            _byWorker[batch.WorkerId] = id = found;
        }

        AgentMetrics.Events.Add(batch.Notices.Count);
        if (await FindAsync(id) is { } owner)
        {
            return await owner.TakeBatchAsync(batch, cancellationToken);
        }

        _byWorker.TryRemove(batch.WorkerId, out _);
        return new AgentCursor(batch.ToOffset);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var owner in _owners.Values)
        {
            if (owner is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: { } loaded } })
            {
                await loaded.DisposeAsync();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var pause = s_lookAround;
            try
            {
                await TakeUpAsync(stoppingToken);
                await ForgetIdleAsync(stoppingToken);
            }
            catch (Exception away) when (DatabaseAway.Is(away))
            {
                pause = s_again;
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    private async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var id in await around.Store.LiveAsync(cancellationToken))
        {
            try
            {
                count += _owners.ContainsKey(id) ? 0 : 1;
                await FindAsync(id);
            }
            catch (Exception unreadable) when (!DatabaseAway.Is(unreadable))
            {
                LogUnreadable(id.Value, unreadable); // the others are none the worse for it
            }
        }

        if (count > 0)
        {
            LogTakenUp(count);
        }
    }

    private async Task<AgentOwner?> LoadAsync(AgentId id)
    {
        if (await around.Store.FindAsync(id, CancellationToken.None) is not { } stored)
        {
            return null;
        }

        var owner = new AgentOwner(stored, around);
        owner.Start();
        return owner;
    }

    [LoggerMessage(LogLevel.Information, "{Count} agents with something to do were taken up")]
    private partial void LogTakenUp(int count);

    [LoggerMessage(LogLevel.Error, "Agent {Agent} cannot be read from its rows")]
    private partial void LogUnreadable(string agent, Exception unreadable);
}
