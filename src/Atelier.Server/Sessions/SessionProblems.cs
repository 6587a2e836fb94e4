using System.Diagnostics;
using Atelier.Protocol.HostLink;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Sessions;

internal static class SessionProblems
{
    public static ProblemHttpResult NotFound() => Problem.Of(404, "session-not-found", "There is no such session.", "It may have been deleted.");

    public static ProblemHttpResult WorkerNotFound() => Problem.Of(404, "worker-not-found", "There is no such worker.", "It may have been closed.");

    public static ProblemHttpResult Invalid(string detail) => Problem.Of(400, "session-request-invalid", "The request says something that cannot be.", detail);

    public static ProblemHttpResult OnlyOwnersShare() =>
        Problem.Of(403, "only-owners-share", "Only an owner of the session can share it.", "Ask its creator or an administrator.");

    public static ProblemHttpResult OnlyOwnersDelete() =>
        Problem.Of(403, "only-owners-delete", "Only an owner of the session can delete it.", "Ask its creator or an administrator.");

    public static ProblemHttpResult StillRunning() =>
        Problem.Of(409, "worker-is-running", "The worker runs.", "End its program first, or add another worker.");

    public static ProblemHttpResult NothingToRestart() =>
        Problem.Of(409, "nothing-to-restart", "The session has no agent to start again.", "Restart one of its workers, or add one.");

    public static ProblemHttpResult WorkWouldBeLost(WorktreeStatus status) => Problem.Of(
        409,
        "work-would-be-lost",
        "Work in the worktree would be lost.",
        $"{status.UncommittedFiles} uncommitted files, {status.UnpushedCommits} unpushed commits. Keep the worktree with keepWorktree=true, or give the work up with discardWork=true.",
        [
            new("uncommittedFiles", status.UncommittedFiles),
            new("unpushedCommits", status.UnpushedCommits),
        ]);

    public static ProblemHttpResult RepositoryNotFound() =>
        Problem.Of(404, "repository-not-found", "There is no such repository.", "It may have been removed.");

    public static ProblemHttpResult FoldersAreNotYours() => Problem.Of(
        403,
        "forbidden",
        "You may not have sessions in folders of a host.",
        "Administrators may, and editors and owners of a repository. Ask an owner to make you an editor.");

    public static ProblemHttpResult RepositoryIsReadOnly() =>
        Problem.Of(403, "forbidden", "You may look at the repository, not work in it.", "Ask one of its owners to make you an editor.");

    /// <param name="problem">Why it could not be cloned; null while it is.</param>
    public static ProblemHttpResult RepositoryNotReady(string? problem) => Problem.Of(
        409, "repository-not-ready", "The repository is not there yet.", problem is null ? "It is being cloned." : $"It could not be cloned: {problem}");

    public static ProblemHttpResult ProgramNotFound(string id) =>
        Problem.Of(404, "agent-program-not-found", "There is no such program.", $"No program has the id {id}.");

    public static ProblemHttpResult Refused(NameDecision decision) => decision switch
    {
        NameDecision.Taken taken =>
            Problem.Of(409, "worker-name-taken", "A worker of this session has that name.", $"Choose another than {taken.Name}."),
        NameDecision.NotAName =>
            Problem.Of(400, "worker-name-invalid", "That cannot be a worker's name.", $"A name has 1 to {Session.MaxNameLength} characters, none of them a control character."),
        NameDecision.TooManyWorkers =>
            Problem.Of(409, "too-many-workers", "The session has as many workers as it can have.", $"Close one of the {Session.MaxWorkers} first."),
        _ => throw new UnreachableException(),
    };
}
