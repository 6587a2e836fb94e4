using System.Collections.Concurrent;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Reviews.Forecasts;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Reviews.Checkpoints;

/// <summary>Keeps the files of agents before and after each turn. What goes wrong is noted in the row, and stops no turn.</summary>
/// <remarks>A row is there before the host is asked, and asking it again gives what it kept the first time, so a killed server's work is finished by the next.</remarks>
internal sealed partial class TurnCheckpoints(
    CheckpointStore store, ReviewPlaces places, Forecasting forecasts, CheckpointUpkeep upkeep, IOptions<ReviewsOptions> options, TimeProvider clock, ILogger<TurnCheckpoints> logger)
    : ITurnObserver, IAsyncDisposable
{
    /// <summary>Ends that were looked at; only saves looking again.</summary>
    private readonly ConcurrentDictionary<WorkSessionId, (TurnId Turn, int Attempt)> _known = new();

    private readonly ConcurrentDictionary<AgentId, Task> _after = new();
    private readonly CancellationTokenSource _ending = new();

    public async Task BeforePromptAsync(Agent agent, Turn turn, CancellationToken cancellationToken)
    {
        if (!options.Value.Checkpoints)
        {
            return;
        }

        if (_after.TryGetValue(agent.Id, out var earlier))
        {
            await earlier.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it ends within its own limit
            cancellationToken.ThrowIfCancellationRequested();
        }

        try
        {
            await MakeAsync(agent, turn, CheckpointWhich.Before, cancellationToken);
        }
        catch (Exception broken) when (!DatabaseAway.Is(broken) && broken is not (OperationCanceledException or AgentChangedElsewhereException or ObjectDisposedException))
        {
            LogBroke(agent.Id.Value, broken); // the turn goes on without
        }
    }

    public void AfterTurn(Agent agent, Turn turn)
    {
        if (!options.Value.Checkpoints || _known.GetValueOrDefault(turn.WorkSessionId) == (turn.Id, turn.Attempt))
        {
            return;
        }

        _known[turn.WorkSessionId] = (turn.Id, turn.Attempt);
        var earlier = _after.GetValueOrDefault(agent.Id, Task.CompletedTask);
        _after[agent.Id] = AfterAsync(earlier, agent, turn);
    }

    /// <summary>The server ends: what is under way is given up, and made by the next.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_after.Values);
        _ending.Dispose();
    }

    private async Task AfterAsync(Task earlier, Agent agent, Turn turn)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            // A turn without one before it is from a time before there were any.
            if (await store.OfTurnAsync(agent.Id, turn.Id, CheckpointWhich.Before, _ending.Token) is not null
                && await MakeAsync(agent, turn, CheckpointWhich.After, _ending.Token))
            {
                await forecasts.RefreshAsync(agent.Id, _ending.Token);
                await upkeep.KeepWithinAsync(agent.Id, _ending.Token);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The next server makes it.
        }
        catch (Exception away) when (DatabaseAway.Is(away))
        {
            _known.TryRemove(turn.WorkSessionId, out _); // the next look makes it
        }
        catch (Exception failed) when (failed is HostOfflineException or HostRefusedException)
        {
            LogNoForecast(agent.Id.Value, failed.Message);
        }
        catch (Exception broken)
        {
            LogBroke(agent.Id.Value, broken); // nobody waits for this; the agent goes on
        }
    }

    /// <summary>Makes one that is to be made; whether it was.</summary>
    private async Task<bool> MakeAsync(Agent agent, Turn turn, CheckpointWhich which, CancellationToken cancellationToken)
    {
        if (agent.Place is not { Path: { } worktree } place)
        {
            return false;
        }

        var begun = await store.BeginAsync(
            new Checkpoint
            {
                Id = CheckpointId.New(clock),
                AgentId = agent.Id,
                RepositoryId = place.RepositoryId,
                HostId = place.HostId,
                TurnId = turn.Id,
                WorkSessionId = turn.WorkSessionId,
                Attempt = turn.Attempt,
                Which = which,
                Reference = ReviewReferences.OfTurn(agent.Id, turn.Id, which),
                CreatedAt = clock.GetUtcNow(),
            },
            cancellationToken);
        if (begun is null)
        {
            return false;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.CheckpointLimit);
        try
        {
            var link = (await places.FindAsync(agent.Id, cancellationToken))?.Link ?? throw new HostOfflineException("The agent has no place.");
            var kept = await link.RequestAsync(
                HostMethods.KeepCheckpoint,
                new CheckpointRequest(worktree, begun.Reference, Replaces: begun.Attempt > 1 && which == CheckpointWhich.After),
                HostJson.Default.CheckpointRequest,
                HostJson.Default.CheckpointFacts,
                limit.Token,
                isLong: true);
            await store.MadeAsync(begun.Id, kept.Commit, kept.Head, kept.LeftOut, cancellationToken);
        }
        catch (Exception failed) when (failed is HostOfflineException or HostRefusedException || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var problem = failed is OperationCanceledException ? $"It took longer than {options.Value.CheckpointLimit.TotalSeconds:0} seconds." : failed.Message;
            LogNotMade(turn.Id.Value, agent.Id.Value, problem);
            await store.FailedAsync(begun.Id, problem, cancellationToken);
            return false;
        }

        if (await places.OwnerAsync(agent.Id) is { } owner)
        {
            await ReviewChanged.TellAsync(owner, ReviewPart.Checkpoints, cancellationToken);
        }

        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Turn {Turn} of agent {Agent} goes on without a checkpoint: {Reason}")]
    private partial void LogNotMade(string turn, string agent, string reason);

    [LoggerMessage(LogLevel.Information, "What merging the work of agent {Agent} comes to was not looked at: {Reason}")]
    private partial void LogNoForecast(string agent, string reason);

    [LoggerMessage(LogLevel.Error, "A checkpoint of agent {Agent} broke")]
    private partial void LogBroke(string agent, Exception broken);
}
