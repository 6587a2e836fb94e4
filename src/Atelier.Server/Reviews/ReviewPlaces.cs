using Atelier.Server.Agents;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Repositories;

namespace Atelier.Server.Reviews;

/// <summary>Where an agent's work is, and the way there.</summary>
/// <param name="Owner">The agent.</param>
/// <param name="RepositoryPath">The repository on the host.</param>
/// <param name="Worktree">The agent's worktree.</param>
/// <param name="Branch">The agent's branch.</param>
/// <param name="BaseBranch">What it started from.</param>
/// <param name="Link">The host.</param>
internal sealed record ReviewPlace(AgentOwner Owner, string RepositoryPath, string Worktree, string Branch, string BaseBranch, HostLink Link)
{
    public Agent Agent => Owner.Current;
}

/// <summary>Finds where agents work.</summary>
internal sealed class ReviewPlaces(KnownRepositories repositories, HostLinks links, IServiceProvider services)
{
    // Agents hear of turns through us, so they cannot be asked for before they are made.
    private AgentOwners Agents => services.GetRequiredService<AgentOwners>();

    public Task<AgentOwner?> OwnerAsync(AgentId id) => Agents.FindAsync(id);

    /// <summary>Where an agent works; null while it has no place.</summary>
    /// <exception cref="HostOfflineException">Its host has no link just now.</exception>
    public async Task<ReviewPlace?> FindAsync(AgentId id, CancellationToken cancellationToken)
    {
        if (await OwnerAsync(id) is not { Current.Place: { Path: { } worktree } place } owner
            || await repositories.FindAsync(new RepositoryId(place.RepositoryId), cancellationToken) is not { Path: { } path })
        {
            return null;
        }

        return new ReviewPlace(owner, path, worktree, place.Branch, place.BaseBranch, links.Get(new HostId(place.HostId)));
    }
}
