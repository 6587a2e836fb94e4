using Atelier.Server.Accounts;
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

    /// <summary>The answer as it goes out; null when it is none to that question.</summary>
    private static string? AnswerTo(AgentRequest request, AnswerRequest answer) => request.What == AgentRequest.Permission
        ? answer.Action == "cancel" ? RequestAnswer.Cancelled(request.What) : RequestAnswer.Chosen(request.Payload, answer.OptionId, answer.Decision)
        : answer.Action switch
        {
            "accept" => RequestAnswer.Accepted(answer.Content),
            "decline" or "cancel" => RequestAnswer.Action(answer.Action),
            _ => null,
        };
}
