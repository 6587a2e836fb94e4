using System.Diagnostics;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents;

internal static class AgentProblems
{
    public static ProblemHttpResult NotFound() => Problem.Of(404, "agent-not-found", "There is no such agent.", "It may have been deleted.");

    public static ProblemHttpResult Invalid(string detail) => Problem.Of(400, "agent-request-invalid", "The request says something that cannot be.", detail);

    public static ProblemHttpResult RepositoryNotFound() => Problem.Of(404, "repository-not-found", "There is no such repository.", "It may have been removed.");

    public static ProblemHttpResult ReadOnly() => Problem.Of(403, "forbidden", "You may look at the agent, not steer it.", "Ask an owner of its repository to make you an editor.");

    public static ProblemHttpResult RepositoryIsReadOnly() =>
        Problem.Of(403, "forbidden", "You may look at the repository, not work in it.", "Ask one of its owners to make you an editor.");

    public static ProblemHttpResult RepositoryNotReady(string? problem) => Problem.Of(
        409, "repository-not-ready", "The repository is not there yet.", problem is null ? "It is being cloned." : $"It could not be cloned: {problem}");

    public static ProblemHttpResult ProgramNotFound(string id) => Problem.Of(404, "agent-program-not-found", "There is no such program.", $"No program has the id {id}.");

    public static ProblemHttpResult ProgramIsForTerminals(string name) => Problem.Of(
        422, "agent-program-is-for-terminals", "The program lives in a terminal only.", $"{name} does not speak the Agent Client Protocol; start it in a session, or give it an acpCommand.");

    public static ProblemHttpResult WorkSessionNotFound() => Problem.Of(404, "work-session-not-found", "The agent has no such work session.");

    public static ProblemHttpResult SettingNotOffered(string id) => Problem.Of(
        422, "setting-not-offered", "The program does not offer that.", $"It has no mode or option {id}; the work session says which there are.");

    public static ProblemHttpResult NoModelProvider() => Problem.Of(
        422,
        "model-provider-missing",
        "There is no model to ask.",
        "The built-in agent and chat need a model provider: an administrator adds one in the settings under Models, or with `atelier models add`.");

    public static ProblemHttpResult NoProgramForThreads() => Problem.Of(
        422, "agent-has-no-program", "The agent has no program for threads.", "It was made with the built-in agent alone: use helix_agent or simple, or make an agent with a program.");

    public static ProblemHttpResult ModelProviderNotFound(string id) => Problem.Of(404, "model-provider-not-found", "There is no such model provider.", $"No provider has the id {id}.");

    public static ProblemHttpResult NotesChanged() => Problem.Of(409, "notes-changed", "Somebody else has changed the notes.", "Read them again, then write.");

    public static ProblemHttpResult InstanceNotFound() => Problem.Of(404, "instance-not-found", "The agent has no instance.", "Its work sessions need none.");

    public static ProblemHttpResult SearchTooWide() => Problem.Of(
        422, "search-too-wide", "There is too much to look through for these words.", "Say more of them, or longer ones.");

    public static ProblemHttpResult RuleNotFound() => Problem.Of(404, "permission-rule-not-found", "The repository has no such rule.");

    public static ProblemHttpResult LoginNotOffered(string? method) => Problem.Of(
        422,
        "login-not-offered",
        "The program does not offer that.",
        method is null ? "It cannot log out; its login is kept where the program keeps its settings." : $"It has no way to log in with the id {method}; the instance says which there are.");

    public static ProblemHttpResult LoginNeedsVariables(IReadOnlyList<string> names) => Problem.Of(
        422,
        "login-needs-variables",
        "That login is a matter of variables.",
        $"Set {string.Join(", ", names)} in the program's environment (an administrator can), then log in without a methodId.");

    public static ProblemHttpResult ConversationsNotListed(string problem) => Problem.Of(422, "conversations-not-listed", "Its conversations cannot be listed.", problem);

    public static ProblemHttpResult ConversationsNotListedYet() => Problem.Of(
        503, "conversations-not-listed-yet", "The program has not said which conversations it knows.", "It may be starting, or waits for a login; ask again a little later.");

    public static ProblemHttpResult ImageNotFound() => Problem.Of(404, "image-not-found", "The prompt has no such image.", "Images of a prompt are counted from 0.");

    public static ProblemHttpResult ImageNotShown(string type) => Problem.Of(
        415, "image-not-shown", "That image is not shown.", $"It is {type}; png, jpeg, gif and webp are shown. The program has got it.");

    public static ProblemHttpResult Of(TurnReply reply) => reply switch
    {
        TurnReply.NotFound => Problem.Of(404, "turn-not-found", "The agent has no such turn."),
        TurnReply.WorkSessionOver => Problem.Of(409, "work-session-is-over", "The work session is over.", "Add another one to go on."),
        TurnReply.NotQueued => Problem.Of(409, "turn-is-not-queued", "The turn is not in the queue any more.", "It is with the program already, or over."),
        TurnReply.NotToRetry => Problem.Of(409, "turn-is-not-to-retry", "Only turns that failed or were cancelled can be tried again."),
        TurnReply.QueueFull => Problem.Of(409, "queue-is-full", "As many turns wait as can wait.", "Take some back first, or wait."),
        _ => throw new UnreachableException(),
    };

    public static ProblemHttpResult Of(WorkSessionReply reply) => reply switch
    {
        WorkSessionReply.NotFound => WorkSessionNotFound(),
        WorkSessionReply.AgentIsOver => Problem.Of(409, "agent-is-over", "The agent is over.", "Make another one to go on."),
        WorkSessionReply.TurnInFlight => Problem.Of(409, "turn-in-flight", "A turn of it is in flight.", "Wait until it is over, or cancel it."),
        WorkSessionReply.ConversationTaken => Problem.Of(
            409, "conversation-is-taken", "Another work session has that conversation.", "Go on there, or complete that work session first."),
        WorkSessionReply.TooMany => Problem.Of(409, "too-many-work-sessions", "The agent has as many work sessions as it can have."),
        _ => throw new UnreachableException(),
    };
}
