using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Repositories.Worktrees;

internal static class WorktreeEndpoints
{
    public static void MapWorktrees(this IEndpointRouteBuilder repository)
    {
        repository.MapGet("/worktrees", List).Requires(Access.Repository(Role.Viewer));
        repository.MapPost("/worktrees", Add).Requires(Access.Repository(Role.Editor));
        repository.MapDelete("/worktrees", Remove).Requires(Access.Repository(Role.Editor));
    }

    private static async Task<Results<Ok<WorktreesReply>, ProblemHttpResult>> List(
        RepositoryId id, RepositoryStore repositories, WorktreePlaces places, CancellationToken cancellationToken)
    {
        if (await repositories.FindAsync(id, cancellationToken) is not { Status: RepositoryStatus.Ready } repository)
        {
            return RepositoryProblems.NotFound();
        }

        var views = new List<WorktreeView>();
        foreach (var worktree in await places.ListAsync(repository, cancellationToken))
        {
            views.Add(await ViewAsync(repository, worktree, places, cancellationToken));
        }

        return TypedResults.Ok(new WorktreesReply(views));
    }

    private static async Task<Results<Created<WorktreeReply>, ProblemHttpResult>> Add(
        RepositoryId id,
        AddWorktreeBody body,
        CurrentUser user,
        RepositoryStore repositories,
        WorktreePlaces places,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        if (await repositories.FindAsync(id, cancellationToken) is not { } repository)
        {
            return RepositoryProblems.NotFound();
        }

        if (repository.Status != RepositoryStatus.Ready)
        {
            return RepositoryProblems.NotReady(repository);
        }

        var place = await places.OpenAsync(repository, body.Branch, body.BaseBranch, cancellationToken);
        await audit.WriteAsync(new AuditEntry(user.Actor, "worktree-added", "repository", id.Value, new { place.Path, body.Branch }), cancellationToken);
        var facts = (await places.ListAsync(repository, cancellationToken)).First(worktree => worktree.Path == place.Path);
        return TypedResults.Created(
            $"/api/repositories/{id}/worktrees",
            new WorktreeReply(await ViewAsync(repository, facts, places, cancellationToken), place.SetupOutput));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        RepositoryId id,
        string path,
        CurrentUser user,
        RepositoryStore repositories,
        RepositoryAccess access,
        WorktreePlaces places,
        AuditLog audit,
        CancellationToken cancellationToken,
        bool discardWork = false)
    {
        if (await repositories.FindAsync(id, cancellationToken) is not { Status: RepositoryStatus.Ready } repository)
        {
            return RepositoryProblems.NotFound();
        }

        var place = path.TrimEnd('/'); // as sessions and numbers are kept; git takes it either way
        if ((await places.SessionsInAsync(repository.HostId, place, cancellationToken)).Count > 0)
        {
            return RepositoryProblems.WorktreeInUse();
        }

        if (await places.IsSomebodysOwnAsync(repository, place, cancellationToken)
            && await access.RoleOfAsync(user, id.Value, cancellationToken) is not Role.Owner)
        {
            return RepositoryProblems.OnlyOwnersRemove();
        }

        if (await places.RemoveAsync(repository, place, discardWork, cancellationToken) is { } lost)
        {
            return RepositoryProblems.WorkWouldBeLost(lost);
        }

        await audit.WriteAsync(new AuditEntry(user.Actor, "worktree-removed", "repository", id.Value, new { Path = place, discardWork }), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<WorktreeView> ViewAsync(
        Repository repository, WorktreeFacts worktree, WorktreePlaces places, CancellationToken cancellationToken)
    {
        var status = await places.StatusAsync(repository, worktree.Path, cancellationToken);
        var sessions = await places.SessionsInAsync(repository.HostId, worktree.Path, cancellationToken);
        return new WorktreeView(
            worktree.Path,
            worktree.Branch,
            worktree.IsMain,
            sessions,
            status.UncommittedFiles,
            status.UnpushedCommits,
            status.DiskBytes,
            !worktree.IsMain && sessions.Count == 0 && status.IsSafeToRemove,
            await places.FirstPortAsync(repository.HostId, worktree.Path, cancellationToken));
    }
}
