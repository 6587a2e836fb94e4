using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Inbox;

internal static class InboxProblems
{
    public static ProblemHttpResult NotFound() => Problem.Of(404, "request-not-found", "There is no such question.", "Its agent may have been deleted.");

    public static ProblemHttpResult ReadOnly() => Problem.Of(403, "forbidden", "You may look at the agent, not steer it.", "Ask an owner of its repository to make you an editor.");

    public static ProblemHttpResult MayNotRemember() =>
        Problem.Of(403, "forbidden", "You may answer the agent, not make rules for its repository.", "Answer without remember, or ask an owner of the repository to make you an editor.");

    public static ProblemHttpResult Invalid(string detail) => Problem.Of(400, "agent-request-invalid", "The request says something that cannot be.", detail);

    public static ProblemHttpResult NotToRemember(string detail) => Problem.Of(422, "permission-not-to-remember", "That cannot be remembered; nothing was answered.", detail);

    public static ProblemHttpResult NotToDismiss() =>
        Problem.Of(409, "inbox-item-needs-answer", "It waits for an answer and cannot be set aside.", "Answer it: no is an answer, too.");

    /// <param name="by">Who has answered it, or how else it ended.</param>
    public static ProblemHttpResult IsOver(string by) => Problem.Of(409, "request-is-over", "The question is not open any more.", by);
}
