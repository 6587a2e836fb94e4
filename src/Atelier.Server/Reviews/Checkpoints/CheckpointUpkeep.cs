using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Repositories;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Reviews.Checkpoints;

/// <summary>Lets go of checkpoints that nobody wants any more: git's names first, then the rows.</summary>
internal sealed class CheckpointUpkeep(CheckpointStore store, KnownRepositories repositories, HostLinks links, IOptions<ReviewsOptions> options, TimeProvider clock)
{
    /// <summary>Lets go of the oldest of an agent that has too many.</summary>
    public async Task KeepWithinAsync(AgentId agent, CancellationToken cancellationToken)
    {
        foreach (var old in await store.TooManyAsync(agent, options.Value.MaxCheckpoints, cancellationToken))
        {
            await DropAsync(old.RepositoryId, old.HostId, [old.Reference], cancellationToken);
            await store.RemoveAsync(old.Id, cancellationToken);
        }
    }

    /// <summary>Lets go of all of agents that are gone, or have been over for long, where their hosts can be reached.</summary>
    public async Task DropUnwantedAsync(CancellationToken cancellationToken)
    {
        foreach (var (agent, repository, host) in await store.UnwantedAsync(clock.GetUtcNow() - options.Value.KeepCheckpointsFor, cancellationToken))
        {
            if (links.Find(new HostId(host)) is null)
            {
                continue;
            }

            try
            {
                await DropAsync(repository, host, [ReviewReferences.OfCheckpoints(agent), ReviewReferences.OfLandings(agent)], cancellationToken);
                await store.RemoveAllAsync(agent, cancellationToken);
            }
            catch (HostOfflineException)
            {
                // The next look does it.
            }
        }
    }

    private async Task DropAsync(string repositoryId, string host, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (await repositories.FindAsync(new RepositoryId(repositoryId), cancellationToken) is not { Path: { } path })
        {
            return; // it was removed here, and what git keeps there is its owner's
        }

        try
        {
            await links.Get(new HostId(host)).RequestAsync(
                HostMethods.DropReferences, new DropReferencesRequest(path, names), HostJson.Default.DropReferencesRequest, HostJson.Default.Done, cancellationToken);
        }
        catch (HostRefusedException gone) when (gone.Code == "not-found")
        {
            // The repository is not there any more, nor anything in it.
        }
    }
}
