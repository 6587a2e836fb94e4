using System.Diagnostics;
using Atelier.Protocol.HostLink;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Repositories;

internal static class RepositoryProblems
{
    public static ProblemHttpResult NotFound() => Problem.Of(404, "repository-not-found", "There is no such repository.", "It may have been removed.");

    public static ProblemHttpResult Invalid(string detail) => Problem.Of(400, "repository-request-invalid", "The request says something that cannot be.", detail);

    public static ProblemHttpResult Refused(CloneAddressDecision decision) => decision switch
    {
        CloneAddressDecision.CarriesASecret => Problem.Of(
            400,
            "clone-address-has-secret",
            "The address carries a password or a token.",
            "It would be shown to everybody who sees the repository. Give it without, and let the host sign in: with an ssh key, or with git's credential helper there."),
        CloneAddressDecision.NotAnAddress => Problem.Of(
            400,
            "clone-address-invalid",
            "That is no address that git clones from.",
            "Give https://host/path, ssh://user@host/path, user@host:path, or the absolute path of a repository on the host."),
        _ => throw new UnreachableException(),
    };

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
