using Atelier.Server.Accounts;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.Turns;

internal sealed record TurnBody(TurnView Turn);

internal sealed record QueueReply(IReadOnlyList<TurnView> Turns);

internal static class TurnEndpoints
{
    private static readonly HashSet<string> s_pictures = new(StringComparer.Ordinal) { "image/png", "image/jpeg", "image/gif", "image/webp" };

    public static void MapTurns(this IEndpointRouteBuilder routes)
    {
        var agent = routes.MapGroup("/api/agents/{agentId}");
        agent.MapPost("/messages", Send).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapGet("/queue", Queue).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapDelete("/queue", Empty).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapPatch("/queue/{turnId}", Move).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapDelete("/queue/{turnId}", TakeBack).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapGet("/turns/{turnId}/images/{index:int}", Image).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapPost("/turns/{turnId}/cancel", Cancel).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapPost("/turns/{turnId}/retry", Retry).Requires(Access.Agent(Role.Editor, "agentId"));
    }

    private static async Task<IResult> Send(
        AgentId agentId,
        SendMessageRequest request,
        HttpContext context,
        CurrentUser user,
        AgentOwners agents,
        AgentCreation creation,
        AgentRows rows,
        AgentEventStreams streams,
        CancellationToken cancellationToken,
        bool wait = false)
    {
        if (creation.Wrong(request.Text, request.Images) is { } wrong)
        {
            return AgentProblems.Invalid(wrong);
        }

        var key = IdempotencyKey.Of(context);
        if (key?.Length > IdempotencyKey.MaxLength)
        {
            return AgentProblems.Invalid($"{IdempotencyKey.Header} has at most {IdempotencyKey.MaxLength} characters.");
        }

        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        if (WorkSessionFor(owner.Current, request.WorkSessionId) is not { } workSession)
        {
            return request.WorkSessionId is null ? AgentProblems.Of(TurnReply.WorkSessionOver) : AgentProblems.WorkSessionNotFound();
        }

        var before = await streams.LastAsync(agentId, cancellationToken);
        var turn = key is null ? null : await rows.TurnAsync(agentId, key, cancellationToken);
        var isAsked = turn is not null;
        if (turn is null)
        {
            try
            {
                var asked = await owner.AskAsync(
                    position => creation.NewTurn(workSession, position, request.Text, request.Images, user, key), request.Interrupt == true, cancellationToken);
                if (asked.Turn is null)
                {
                    return AgentProblems.Of(asked.Reply);
                }

                turn = asked.Turn;
            }
            catch (Npgsql.PostgresException twice) when (twice is { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation } && key is not null)
            {
                turn = await rows.TurnAsync(agentId, key, cancellationToken); // the same was asked at the same time
                isAsked = true;
            }
        }

        if (turn is null)
        {
            return AgentProblems.Of(TurnReply.NotFound);
        }

        return wait
            ? streams.UntilOver(agentId, turn.Id, isAsked ? 0 : before) // what has come of it already is told again
            : TypedResults.Accepted($"/api/agents/{agentId}/turns/{turn.Id}", new TurnBody(TurnView.Of(turn)));
    }

    private static WorkSessionId? WorkSessionFor(Agent agent, string? id) => id is null
        ? agent.WorkSessions.Find(one => !one.IsOver)?.Id
        : agent.WorkSessions.Find(one => one.Id.Value == id)?.Id;

    private static async Task<Results<Ok<QueueReply>, ProblemHttpResult>> Queue(AgentId agentId, AgentOwners agents) =>
        await agents.FindAsync(agentId) is { Current: var agent }
            ? TypedResults.Ok(new QueueReply([.. agent.Turns.Where(turn => turn.State == TurnState.Queued).OrderBy(turn => turn.Position).Select(TurnView.Of)]))
            : AgentProblems.NotFound();

    private static async Task<Results<NoContent, ProblemHttpResult>> Empty(AgentId agentId, AgentOwners agents, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        await owner.ChangeAsync(
            change =>
            {
                foreach (var turn in change.Agent.Turns.Where(turn => turn.State == TurnState.Queued).ToList())
                {
                    TurnQueue.Cancel(change, turn.Id);
                }

                return true;
            },
            otherwise: false,
            cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>An image that was sent with a prompt. It is shown as nothing but a picture, whatever it is.</summary>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Image(
        AgentId agentId, TurnId turnId, int index, HttpContext context, AgentRows rows, CancellationToken cancellationToken)
    {
        if (await rows.TurnAsync(agentId, turnId, cancellationToken) is not { } turn || PromptContent.ImageAt(turn.Content, index) is not { } image)
        {
            return AgentProblems.ImageNotFound();
        }

        var bytes = new byte[image.Data.Length];
        if (!s_pictures.Contains(image.MimeType) || !Convert.TryFromBase64String(image.Data, bytes, out var length))
        {
            return AgentProblems.ImageNotShown(image.MimeType);
        }

        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.File(bytes[..length], image.MimeType);
    }

    private static Task<Results<Ok<TurnBody>, ProblemHttpResult>> Move(
        AgentId agentId, TurnId turnId, MoveTurnRequest request, AgentOwners agents, CancellationToken cancellationToken) =>
        ChangeAsync(agentId, turnId, agents, (change, _) => TurnQueue.Move(change, turnId, request.Place), cancellationToken);

    private static Task<Results<Ok<TurnBody>, ProblemHttpResult>> TakeBack(
        AgentId agentId, TurnId turnId, AgentOwners agents, CancellationToken cancellationToken) =>
        ChangeAsync(
            agentId,
            turnId,
            agents,
            (change, _) => TurnQueue.TakeBack(change, turnId),
            cancellationToken);

    private static Task<Results<Ok<TurnBody>, ProblemHttpResult>> Cancel(
        AgentId agentId, TurnId turnId, AgentOwners agents, CancellationToken cancellationToken) =>
        ChangeAsync(agentId, turnId, agents, (change, _) => TurnQueue.Cancel(change, turnId), cancellationToken);

    private static Task<Results<Ok<TurnBody>, ProblemHttpResult>> Retry(
        AgentId agentId, TurnId turnId, CurrentUser user, AgentOwners agents, CancellationToken cancellationToken) =>
        ChangeAsync(
            agentId,
            turnId,
            agents,
            (change, last) =>
            {
                change.By = user.Id;
                return TurnQueue.Retry(change, turnId, last);
            },
            cancellationToken);

    private static async Task<Results<Ok<TurnBody>, ProblemHttpResult>> ChangeAsync(
        AgentId agentId, TurnId turnId, AgentOwners agents, Func<AgentChange, long, TurnReply> decide, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        return await owner.ChangeTurnAsync(turnId, decide, cancellationToken) switch
        {
            (TurnReply.Changed or TurnReply.Already, { } turn) => TypedResults.Ok(new TurnBody(TurnView.Of(turn))),
            var (reply, _) => AgentProblems.Of(reply),
        };
    }
}
