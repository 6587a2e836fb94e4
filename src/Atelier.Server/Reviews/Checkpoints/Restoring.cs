using System.Collections.Concurrent;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;

namespace Atelier.Server.Reviews.Checkpoints;

/// <summary>Brings files of agents back. What they were is kept first, so a restore can itself be undone.</summary>
internal sealed class Restoring(CheckpointStore store, ReviewPlaces places, TimeProvider clock)
{
    private readonly ConcurrentDictionary<CheckpointId, bool> _running = new();

    /// <summary>Brings a checkpoint back; gives the one with what the files were.</summary>
    /// <exception cref="HostOfflineException">The host is away; once begun, it is finished when it comes back.</exception>
    /// <exception cref="HostRefusedException">It cannot be done; nothing was changed.</exception>
    public async Task<Checkpoint> RestoreAsync(ReviewPlace place, Checkpoint wanted, UserId user, CancellationToken cancellationToken)
    {
        var id = CheckpointId.New(clock);
        var begun = new Checkpoint
        {
            Id = id,
            AgentId = place.Agent.Id,
            RepositoryId = wanted.RepositoryId,
            HostId = wanted.HostId,
            Which = CheckpointWhich.Restore,
            Restores = wanted.Id,
            Reference = ReviewReferences.OfRestore(place.Agent.Id, id),
            CreatedBy = user,
            CreatedAt = clock.GetUtcNow(),
        };
        _running[id] = true;
        try
        {
            await store.BeginAsync(begun, cancellationToken);
            await FinishAsync(place, begun, wanted.Commit ?? "", CancellationToken.None);
        }
        finally
        {
            _running.TryRemove(id, out _);
        }

        return await store.FindAsync(place.Agent.Id, id, cancellationToken) ?? begun;
    }

    /// <summary>Finishes restores that a killed server had begun, where the hosts can be reached.</summary>
    public async Task FinishBegunAsync(CancellationToken cancellationToken)
    {
        foreach (var begun in await store.UnfinishedRestoresAsync(cancellationToken))
        {
            if (!_running.TryAdd(begun.Id, true))
            {
                continue;
            }

            try
            {
                if (await store.FindAsync(begun.AgentId, begun.Id, cancellationToken) is not { State: CheckpointState.Making })
                {
                    continue; // it was finished just now
                }

                if (await places.OwnerAsync(begun.AgentId) is { Current.Turns: var turns } && turns.Exists(turn => turn.IsInFlight))
                {
                    await store.FailedAsync(begun.Id, "A turn began before it could be finished. Restore again when it is over.", cancellationToken);
                }
                else if (await places.FindAsync(begun.AgentId, cancellationToken) is { } place
                    && begun.Restores is { } wanted && await store.FindAsync(begun.AgentId, wanted, cancellationToken) is { Commit: { } commit })
                {
                    await FinishAsync(place, begun, commit, cancellationToken);
                }
                else
                {
                    await store.FailedAsync(begun.Id, "What was to be restored is gone.", cancellationToken);
                }
            }
            catch (Exception unreachable) when (unreachable is HostOfflineException or HostRefusedException)
            {
                // Noted in its row, or tried again with the next link.
            }
            finally
            {
                _running.TryRemove(begun.Id, out _);
            }
        }
    }

    private async Task FinishAsync(ReviewPlace place, Checkpoint begun, string commit, CancellationToken cancellationToken)
    {
        try
        {
            var kept = await place.Link.RequestAsync(
                HostMethods.RestoreCheckpoint,
                new RestoreRequest(place.Worktree, commit, begun.Reference),
                HostJson.Default.RestoreRequest,
                HostJson.Default.CheckpointFacts,
                cancellationToken,
                isLong: true);
            await store.MadeAsync(begun.Id, kept.Commit, kept.Head, kept.LeftOut, cancellationToken);
        }
        catch (HostRefusedException refused)
        {
            await store.FailedAsync(begun.Id, refused.Message, cancellationToken);
            throw;
        }
        finally
        {
            await ReviewChanged.TellAsync(place.Owner, ReviewPart.Checkpoints, CancellationToken.None);
        }
    }
}
