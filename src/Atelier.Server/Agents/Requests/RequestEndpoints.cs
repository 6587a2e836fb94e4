using Atelier.Server.Accounts;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.Requests;

/// <summary>A question that waits for a person.</summary>
internal sealed record InboxItemView(RequestId Id, AgentView Agent, RequestView Request);

internal sealed record InboxReply(IReadOnlyList<InboxItemView> Items);

internal sealed record RequestBody(RequestView Request);

internal static class RequestEndpoints
{
    public static void MapInbox(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/inbox", List).AllowAnyUser();
        routes.MapPost("/api/inbox/{requestId}/answer", Answer).AllowAnyUser();
    }

    private static async Task<Ok<InboxReply>> List(CurrentUser user, AgentListing listing, AgentOwners agents, CancellationToken cancellationToken)
    {
        var items = new List<InboxItemView>();
        foreach (var view in (await listing.AllForAsync(user, cancellationToken)).Where(agent => agent.OpenRequests > 0))
        {
            if (await agents.FindAsync(view.Id) is { Current: var agent })
            {
                items.AddRange(agent.Requests
                    .Where(request => request is { State: RequestState.Open, IsForPerson: true })
                    .Select(request => new InboxItemView(request.Id, view, RequestView.Of(request))));
            }
        }

        return TypedResults.Ok(new InboxReply([.. items.OrderBy(item => item.Request.CreatedAt)]));
    }

    private static async Task<Results<Ok<RequestBody>, ProblemHttpResult>> Answer(
        RequestId requestId,
        AnswerRequest answer,
        CurrentUser user,
        AgentListing listing,
        AgentOwners agents,
        AgentAccess access,
        AuditLog audit,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (await listing.OfRequestAsync(requestId, cancellationToken) is not { } agentId || await agents.FindAsync(agentId) is not { } owner
            || await access.RoleInAsync(user, AgentView.Of(owner.Current), cancellationToken) is not { } role)
        {
            return AgentProblems.RequestNotFound();
        }

        if (role < Role.Editor)
        {
            return AgentProblems.ReadOnly();
        }

        if (owner.Current.Requests.Find(one => one.Id == requestId) is not { State: RequestState.Open } open)
        {
            return AgentProblems.RequestIsOver(await listing.EndOfRequestAsync(requestId, cancellationToken));
        }

        if (open.What == AgentRequest.Login)
        {
            return await LogInAsync(owner, open, answer, user, audit, clock, cancellationToken);
        }

        if (AnswerTo(open, answer) is not { } text)
        {
            return AgentProblems.Invalid(open.What == AgentRequest.Permission
                ? "Say optionId, one of the options that are offered, decision, one of their kinds, or action: cancel."
                : "Say action: accept (with content, not too deep), decline or cancel.");
        }

        var answered = await owner.ChangeAsync(
            change =>
            {
                if (change.Agent.Requests.Find(one => one.Id == requestId) is not { State: RequestState.Open } request)
                {
                    return null;
                }

                var next = request with { State = RequestState.Answered, Answer = text, AnsweredBy = user.Id, AnsweredAt = change.Now };
                change.Become(change.Agent.With(next));
                return next;
            },
            otherwise: null,
            cancellationToken);
        if (answered is null)
        {
            return AgentProblems.RequestIsOver(await listing.EndOfRequestAsync(requestId, cancellationToken));
        }

        await audit.WriteAsync(new AuditEntry(user.Actor, "request-answered", "agent", agentId.Value, new { request = requestId.Value, answered.What }), cancellationToken);
        return TypedResults.Ok(new RequestBody(RequestView.Of(answered)));
    }

    /// <summary>The same as to log in at the agent: content.methodId says how, and is absent where it was done elsewhere.</summary>
    private static async Task<Results<Ok<RequestBody>, ProblemHttpResult>> LogInAsync(
        AgentOwner owner, AgentRequest request, AnswerRequest answer, CurrentUser user, AuditLog audit, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (answer.Action != "accept")
        {
            return AgentProblems.Invalid("Say action: accept, with the methodId in content; or cancel the turns that wait.");
        }

        var method = answer.Content?.Member("methodId")?.Text();
        return LoginEndpoints.ProblemOf(await LoginEndpoints.BeginAsync(owner, method, user, audit, clock, cancellationToken), method) is { } problem
            ? problem
            : TypedResults.Ok(new RequestBody(RequestView.Of(request with { State = RequestState.Answered, AnsweredBy = user.Id })));
    }

    /// <summary>The answer as it goes out; null when it is none to that question.</summary>
    private static string? AnswerTo(AgentRequest request, AnswerRequest answer) => request.What == AgentRequest.Permission
        ? answer.Action == "cancel" ? RequestAnswer.Cancelled(request.What) : RequestAnswer.Chosen(request.Payload, answer.OptionId, answer.Decision)
        : answer.Action switch
        {
            "accept" when EffectRules.TextIn(request, "mode") == "url" => RequestAnswer.Action("accept"), // what was done there is between the person and that address
            "accept" => RequestAnswer.Accepted(answer.Content),
            "decline" or "cancel" => RequestAnswer.Action(answer.Action),
            _ => null,
        };
}
