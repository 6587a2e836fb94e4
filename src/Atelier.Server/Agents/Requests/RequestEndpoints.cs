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
        RequestId requestId, AnswerRequest answer, CurrentUser user, RequestAnswering answering, CancellationToken cancellationToken) =>
        await answering.AnswerAsync(requestId, answer, user, cancellationToken) switch
        {
            { Request: { } answered } => TypedResults.Ok(new RequestBody(RequestView.Of(answered))),
            var reply => reply.Problem ?? AgentProblems.RequestNotFound(),
        };
}
