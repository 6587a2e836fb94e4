using Atelier.Server.Hosts;
using Atelier.Server.Repositories;
using Atelier.Server.Repositories.Worktrees;
using Atelier.Server.Sessions;

namespace Atelier.Server.Agents;

/// <summary>Where an agent works is made once, under the ids that its row names, however often it is asked for.</summary>
internal interface IAgentPlaces
{
    /// <summary>Makes branch, worktree and session; gives the worktree's path.</summary>
    /// <exception cref="HostOfflineException">Its host has no link just now.</exception>
    /// <exception cref="HostRefusedException">It cannot be made.</exception>
    Task<string> MakeAsync(Agent agent, CancellationToken cancellationToken);
}

internal sealed class AgentPlaces(SessionOwners sessions, KnownRepositories repositories, WorktreePlaces worktrees, TimeProvider clock) : IAgentPlaces
{
    public async Task<string> MakeAsync(Agent agent, CancellationToken cancellationToken)
    {
        var place = agent.Place ?? throw new InvalidOperationException($"The agent {agent.Id} has no place.");
        var id = new SessionId(place.SessionId);
        if (await sessions.FindAsync(id) is { } there)
        {
            return there.Current.LocationPath;
        }

        var repository = await repositories.FindAsync(new RepositoryId(place.RepositoryId), cancellationToken)
            ?? throw new HostRefusedException("not-found", "Its repository has been removed.", place.HostId);
        var worktree = await worktrees.OpenAsync(repository, place.Branch, place.BaseBranch, cancellationToken);
        await sessions.AddAsync(
            new Session
            {
                Id = id,
                Type = SessionType.Worktree,
                Title = agent.Title ?? AgentTitle.Fit(agent.TaskRequest),
                HostId = repository.HostId,
                LocationPath = worktree.Path,
                RepositoryId = place.RepositoryId,
                Branch = place.Branch,
                CreatedBy = agent.UserId,
                CreatedAt = clock.GetUtcNow(),
            },
            cancellationToken);
        return worktree.Path;
    }
}
