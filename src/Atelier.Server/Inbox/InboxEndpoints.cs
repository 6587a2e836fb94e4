using System.Diagnostics;
using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Inbox;

internal static class InboxEndpoints
{
    private const int UsualPage = 100;
    private const int MostInPage = 500;

    public static void MapInboxRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/inbox", List).AllowAnyUser();
        routes.MapGet("/api/inbox/{id}", Get).AllowAnyUser();
        routes.MapPost("/api/inbox/{id}/answer", Answer).AllowAnyUser();
        routes.MapPost("/api/inbox/{id}/dismiss", Dismiss).AllowAnyUser();
    }

    /// <param name="user">Who asks.</param>
    /// <param name="inbox">Items.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="state">open, answered, dismissed, expired, withdrawn, over (all but open) or all; several with commas between. Open ones when absent.</param>
    /// <param name="kind">permission, question, budget, finished or failed; several with commas between. All when absent.</param>
    /// <param name="agent">Of this agent alone.</param>
    /// <param name="repository">Of this repository alone.</param>
    /// <param name="after">After this item, as the answer before has said.</param>
    /// <param name="limit">So many at most.</param>
    private static async Task<Results<Ok<InboxReply>, ProblemHttpResult>> List(
        CurrentUser user,
        InboxListing inbox,
        CancellationToken cancellationToken,
        string? state = null,
        string? kind = null,
        string? agent = null,
        string? repository = null,
        string? after = null,
        int limit = UsualPage)
    {
        if (limit is < 1 or > MostInPage)
        {
            return InboxProblems.Invalid($"limit is 1 to {MostInPage}.");
        }

        var states = state switch
        {
            null => [InboxState.Open],
            "all" => [],
            "over" => [InboxState.Answered, InboxState.Dismissed, InboxState.Expired, InboxState.Withdrawn],
            _ => Words<InboxState>(state),
        };
        if (states is null)
        {
            return InboxProblems.Invalid("state is open, answered, dismissed, expired, withdrawn, over or all.");
        }

        if ((kind is null ? [] : Words<WaitKind>(kind)) is not { } kinds)
        {
            return InboxProblems.Invalid("kind is permission, question, budget, finished or failed.");
        }

        return after is not null && !InboxItemId.TryParse(after, provider: null, out _)
            ? InboxProblems.Invalid("after is the id of an item.")
            : TypedResults.Ok(await inbox.ListAsync(
                user, new InboxFilter(states, kinds, agent, repository, after is null ? null : new InboxItemId(after), limit), cancellationToken));
    }

    private static async Task<Results<Ok<InboxItemBody>, ProblemHttpResult>> Get(
        string id, CurrentUser user, InboxListing inbox, AgentOwners agents, AgentAccess access, CancellationToken cancellationToken) =>
        await FindAsync(id, user, inbox, agents, access, cancellationToken) is ({ } item, _, var view)
        && await inbox.ShowAsync(item.Id, view, cancellationToken) is { } shown
            ? TypedResults.Ok(new InboxItemBody(shown))
            : InboxProblems.NotFound();

    private static async Task<Results<Ok<InboxAnswerReply>, ProblemHttpResult>> Answer(
        string id,
        AnswerRequest answer,
        CurrentUser user,
        InboxListing inbox,
        InboxAnswers answers,
        AgentOwners agents,
        AgentAccess access,
        AuditLog audit,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(id, user, inbox, agents, access, cancellationToken) is not ({ } item, { } owner, var view))
        {
            return InboxProblems.NotFound();
        }

        if (view.Role < Role.Editor)
        {
            return InboxProblems.ReadOnly();
        }

        if (item.State != InboxState.Open)
        {
            return InboxProblems.IsOver(await EndOfAsync(item, view, inbox, cancellationToken));
        }

        if (owner.Current.Requests.Find(one => one.Id == item.RequestId) is { What: AgentRequest.Login } login)
        {
            return await LogInAsync(item, login, view, owner, answer, user, inbox, audit, clock, cancellationToken);
        }

        switch (await answers.AnswerAsync(item, owner, answer, user, cancellationToken))
        {
            case AnswerReply.Answered answered:
                await audit.WriteAsync(
                    new AuditEntry(user.Actor, "request-answered", "agent", item.AgentId.Value, new { item = item.Id.Value, request = item.RequestId?.Value, what = item.Kind.Word() }), cancellationToken);
                if (answered.Rule is { } rule)
                {
                    await audit.WriteAsync(
                        new AuditEntry(user.Actor, "permission-rule-made", "repository", rule.RepositoryId, new { rule = rule.Id.Value, decision = rule.Decision.Word(), match = rule.Match.Word(), rule.Pattern }),
                        cancellationToken);
                }

                return await inbox.ShowAsync(item.Id, AgentView.Of(owner.Current) with { Role = view.Role }, cancellationToken) is { } shown
                    ? TypedResults.Ok(new InboxAnswerReply(shown, answered.Request is { } request ? RequestView.Of(request) : null))
                    : InboxProblems.NotFound();
            case AnswerReply.IsOver:
                return InboxProblems.IsOver(await EndOfAsync(item, view, inbox, cancellationToken));
            case AnswerReply.IsNone none:
                return InboxProblems.Invalid(none.Because);
            case AnswerReply.NotToRemember not:
                return InboxProblems.NotToRemember(not.Because);
            case AnswerReply.MayNotRemember:
                return InboxProblems.MayNotRemember();
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The same as to log in at the agent: content.methodId says how, and is absent where it was done elsewhere.</summary>
    private static async Task<Results<Ok<InboxAnswerReply>, ProblemHttpResult>> LogInAsync(
        InboxItem item,
        AgentRequest request,
        AgentView view,
        AgentOwner owner,
        AnswerRequest answer,
        CurrentUser user,
        InboxListing inbox,
        AuditLog audit,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (answer.Action != "accept" || answer.Remember is not null)
        {
            return InboxProblems.Invalid("Say action: accept, with the methodId in content; or cancel the turns that wait.");
        }

        var method = answer.Content?.Member("methodId")?.Text();
        if (LoginSteps.ProblemOf(await LoginSteps.BeginAsync(owner, method, user, audit, clock, cancellationToken), method) is { } problem)
        {
            return problem;
        }

        return await inbox.ShowAsync(item.Id, AgentView.Of(owner.Current) with { Role = view.Role }, cancellationToken) is { } shown
            ? TypedResults.Ok(new InboxAnswerReply(shown, RequestView.Of(request with { State = RequestState.Answered, AnsweredBy = user.Id })))
            : InboxProblems.NotFound();
    }

    private static async Task<Results<Ok<InboxItemBody>, ProblemHttpResult>> Dismiss(
        string id, CurrentUser user, InboxListing inbox, AgentOwners agents, AgentAccess access, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, user, inbox, agents, access, cancellationToken) is not ({ } item, { } owner, var view))
        {
            return InboxProblems.NotFound();
        }

        if (view.Role < Role.Editor)
        {
            return InboxProblems.ReadOnly();
        }

        if (item.Kind is not (WaitKind.Finished or WaitKind.Failed))
        {
            return InboxProblems.NotToDismiss();
        }

        await InboxAnswers.DismissAsync(item, owner, user, cancellationToken); // when it was dismissed before, that is what was wished for
        return await inbox.ShowAsync(item.Id, AgentView.Of(owner.Current) with { Role = view.Role }, cancellationToken) is { } shown
            ? TypedResults.Ok(new InboxItemBody(shown))
            : InboxProblems.NotFound();
    }

    /// <summary>An item that somebody may see, with its agent.</summary>
    private static async Task<(InboxItem? Item, AgentOwner? Owner, AgentView View)> FindAsync(
        string id, CurrentUser user, InboxListing inbox, AgentOwners agents, AgentAccess access, CancellationToken cancellationToken)
    {
        if (await inbox.FindAsync(id, cancellationToken) is not { } item || await agents.FindAsync(item.AgentId) is not { } owner)
        {
            return (null, null, null!); // not looked at without an item
        }

        var view = AgentView.Of(owner.Current);
        return await access.RoleInAsync(user, view, cancellationToken) is { } role ? (item, owner, view with { Role = role }) : (null, null, view);
    }

    private static async Task<string> EndOfAsync(InboxItem item, AgentView view, InboxListing inbox, CancellationToken cancellationToken) =>
        await inbox.ShowAsync(item.Id, view, cancellationToken) switch
        {
            { AnsweredByName: { } name } => $"{name} has answered it.",
            { RuleId: not null } => "A rule of the repository has answered it.",
            { State: InboxState.Expired } => "Nobody answered it in time.",
            { Request.State: RequestState.Void } => "The process that asked is gone.",
            _ => "It does not wait any more.",
        };

    /// <summary>Words with commas between; null when one of them is none.</summary>
    private static List<T>? Words<T>(string list)
        where T : struct, Enum
    {
        var words = new List<T>();
        foreach (var word in list.Split(','))
        {
            if (!Enum.GetValues<T>().Any(value => value.Word() == word))
            {
                return null;
            }

            words.Add(AgentWords.Of<T>(word));
        }

        return words;
    }
}
