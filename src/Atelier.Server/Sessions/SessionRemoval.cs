using Atelier.Server.Hosts;
using Atelier.Server.Repositories;
using Atelier.Server.Repositories.Worktrees;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Sessions;

/// <summary>Removes sessions: ends everything of their workers, and asks before work is lost.</summary>
internal sealed class SessionRemoval(SessionOwners sessions, KnownRepositories repositories, WorktreePlaces worktrees)
{
    /// <summary>Removes a session; gives why it was left alone, null when it is gone.</summary>
    /// <param name="id">Which.</param>
    /// <param name="discardWork">Whether work may be lost.</param>
    /// <param name="keepWorktree">Whether its worktree stays.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="beforeEnding">What is done once it is sure that it goes, and before anything of it ends.</param>
    public async Task<ProblemHttpResult?> RemoveAsync(
        SessionId id, bool discardWork, bool keepWorktree, CancellationToken cancellationToken, Func<Task>? beforeEnding = null)
    {
        if (await sessions.FindAsync(id) is not { } owner)
        {
            return SessionProblems.NotFound();
        }

        var repository = keepWorktree ? null : await WorktreeToRemoveAsync(owner.Current, cancellationToken);
        if (repository is not null)
        {
            try
            {
                var status = await worktrees.StatusAsync(repository, owner.Current.LocationPath, cancellationToken);
                if (!discardWork && status is { Exists: true, IsSafeToRemove: false })
                {
                    return SessionProblems.WorkWouldBeLost(status);
                }
            }
            catch (HostRefusedException gone) when (gone.Code == "not-found")
            {
                repository = null; // the repository is gone, and with it whoever could say what is in the worktree: its folder stays
            }
        }

        await (beforeEnding?.Invoke() ?? Task.CompletedTask);
        await owner.DeleteAsync(
            session => repository is null
                ? Task.CompletedTask
                : worktrees.RemoveAsync(repository, session.LocationPath, discardWork, cancellationToken),
            cancellationToken);
        sessions.Forget(id);
        return null;
    }

    /// <summary>The repository whose worktree goes with the session; null when the place is not ours to remove, or others work in it.</summary>
    private async Task<Repository?> WorktreeToRemoveAsync(Session session, CancellationToken cancellationToken)
    {
        if (session.RepositoryId is not { } id || await repositories.FindAsync(new RepositoryId(id), cancellationToken) is not { Path: not null } repository)
        {
            return null;
        }

        var isOurs = await worktrees.FirstPortAsync(session.HostId, session.LocationPath, cancellationToken) is not null;
        var others = await worktrees.SessionsInAsync(session.HostId, session.LocationPath, cancellationToken);
        return isOurs && others.Count <= 1 ? repository : null;
    }
}
