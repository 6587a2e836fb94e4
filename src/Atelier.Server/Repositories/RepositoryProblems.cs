using Atelier.Protocol.HostLink;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Repositories;

internal static class RepositoryProblems
{
    public static ProblemHttpResult NotFound() => Problem.Of(404, "repository-not-found", "There is no such repository.", "It may have been removed.");

    public static ProblemHttpResult Invalid(string detail) => Problem.Of(400, "repository-request-invalid", "The request says something that cannot be.", detail);

    public static ProblemHttpResult NotReady(Repository repository) => Problem.Of(
        409,
        "repository-not-ready",
        "The repository is not there yet.",
        repository.Status == RepositoryStatus.Cloning ? "It is being cloned." : $"It could not be cloned: {repository.Problem}");

    public static ProblemHttpResult InUse() =>
        Problem.Of(409, "repository-in-use", "Sessions still work on the repository.", "Delete them first.");

    public static ProblemHttpResult WorktreeInUse() =>
        Problem.Of(409, "worktree-in-use", "A session works in the worktree.", "Delete the session instead; it asks about the worktree.");

    public static ProblemHttpResult OnlyOwnersRemove() => Problem.Of(
        403,
        "only-owners-remove",
        "The worktree was not made here.",
        "Somebody made it on the host for themselves. An owner of the repository may remove it; you may, where you made it, with git worktree remove.");

    public static ProblemHttpResult WorkWouldBeLost(WorktreeStatus status) => Problem.Of(
        409,
        "work-would-be-lost",
        "Work in the worktree would be lost.",
        $"{status.UncommittedFiles} uncommitted files, {status.UnpushedCommits} unpushed commits. Commit and push, or give the work up with discardWork=true.",
        [new("uncommittedFiles", status.UncommittedFiles), new("unpushedCommits", status.UnpushedCommits)]);
}
