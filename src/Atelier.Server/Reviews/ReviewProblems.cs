using System.Diagnostics;
using Atelier.Server.Infrastructure.Web;
using Atelier.Server.Reviews.Comments;
using Atelier.Server.Reviews.Landings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Reviews;

internal static class ReviewProblems
{
    public static ProblemHttpResult AgentNotFound() => Problem.Of(404, "agent-not-found", "There is no such agent.", "It may have been deleted.");

    public static ProblemHttpResult NoPlace() =>
        Problem.Of(409, "agent-has-no-place", "The agent has no worktree.", "It is being made, or its repository has been removed. Look at the agent's state.");

    public static ProblemHttpResult Invalid(string detail) => Problem.Of(400, "review-request-invalid", "The request says something that cannot be.", detail);

    public static ProblemHttpResult TurnInFlight() =>
        Problem.Of(409, "turn-in-flight", "The agent is working on a turn.", "Wait until it is over, or cancel it.");

    public static ProblemHttpResult CheckpointNotFound() =>
        Problem.Of(404, "checkpoint-not-found", "There is no such checkpoint.", "It may be older than what is kept, or of a turn before which none was made.");

    public static ProblemHttpResult CheckpointNotMade(string? problem) =>
        Problem.Of(409, "checkpoint-not-made", "The checkpoint could not be made.", problem ?? "It is being made; try again in a moment.");

    public static ProblemHttpResult FileNotFound(string path) => Problem.Of(404, "file-not-in-diff", "The file does not differ.", $"{path} is the same on both sides.");

    public static ProblemHttpResult CommentNotFound() => Problem.Of(404, "comment-not-found", "There is no such comment.", "Somebody may have deleted it.");

    public static ProblemHttpResult Of(CommentReply reply) => reply switch
    {
        CommentReply.NotFound => CommentNotFound(),
        CommentReply.IsSent => Problem.Of(409, "comment-is-sent", "The comment has been sent.", "What the agent was told cannot be changed; write another one, or mark it resolved."),
        CommentReply.TooMany => Problem.Of(409, "too-many-comments", "The agent has as many comments as it can have.", "Delete some that nobody needs."),
        CommentReply.NothingToSend => Problem.Of(409, "no-comments-to-send", "There is nothing to send.", "Write a comment first; those that were sent are not sent again."),
        _ => throw new UnreachableException(),
    };

    public static ProblemHttpResult NotAsked() =>
        Problem.Of(409, "prompt-not-taken", "The agent does not take a prompt now.", "Its line of work is over, as many turns wait as can wait, or the text is longer than a prompt may be.");

    public static ProblemHttpResult NothingToResolve(string branch) =>
        Problem.Of(409, "nothing-to-resolve", "There are no conflicts.", $"The agent's work can be merged with {branch} as it is.");

    public static ProblemHttpResult NoSuchBranch(string branch) => Problem.Of(404, "no-such-branch", "There is no such branch.", $"The repository has no branch {branch}.");

    public static ProblemHttpResult LandingInProgress() =>
        Problem.Of(409, "landing-in-progress", "The agent's work is being landed already.", "Wait until that has ended.");

    /// <summary>Why a landing ended without having landed anything.</summary>
    public static ProblemHttpResult Of(Landing landing)
    {
        KeyValuePair<string, object?>[] members = [new("landingId", landing.Id.Value), new("reason", landing.Reason), new("paths", landing.Paths)];
        return landing.State switch
        {
            LandingState.Conflicts => Problem.Of(
                409,
                "landing-conflicts",
                $"The work conflicts with {landing.Into}.",
                $"git cannot merge {LandingWords.Files(landing.Paths)} by itself. Nothing was changed. Give the conflicts to the agent, or resolve them yourself.",
                members),
            LandingState.Failed => Problem.Of(502, "landing-failed", "git could not land the work.", $"{landing.Detail} Nothing was landed.", members),
            _ => Problem.Of(409, $"landing-{landing.Reason}", "The work was not landed.", LandingWords.WhyNot(landing), members),
        };
    }
}
