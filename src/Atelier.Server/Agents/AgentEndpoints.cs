using System.Diagnostics;
using Atelier.Server.Accounts;
using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents;

internal static class AgentEndpoints
{
    public static void MapAgentRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/agents", Create).AllowAnyUser();
        var agent = routes.MapGroup("/api/agents/{agentId}");
        agent.MapGet("", Get).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapPatch("", Change).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapDelete("", Delete).Requires(Access.Agent(Role.Owner, "agentId"));
        agent.MapGet("/instance", GetInstance).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapGet("/messages", Messages).Requires(Access.Agent(Role.Viewer, "agentId"));
    }

    public static AgentReply Reply(Agent agent, Role? role = null) => new(
        AgentView.Of(agent) with { Role = role },
        [.. agent.WorkSessions.Select(one => WorkSessionView.Of(one, agent))],
        agent.Instance is { } instance ? InstanceView.Of(instance, agent, withThreads: true) : null,
        [.. agent.Turns.Select(TurnView.Of)],
        [.. agent.Requests.Where(request => request is { State: RequestState.Open, IsForPerson: true }).Select(RequestView.Of)],
        SpendingView.Of(agent.Spending));

    private static async Task<Results<Created<AgentReply>, Ok<AgentReply>, ProblemHttpResult>> Create(
        CreateAgentRequest request, HttpContext context, CurrentUser user, AgentCreation creation, AuditLog audit, CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.Of(context);
        if (key?.Length > IdempotencyKey.MaxLength)
        {
            return AgentProblems.Invalid($"{IdempotencyKey.Header} has at most {IdempotencyKey.MaxLength} characters.");
        }

        switch (await creation.CreateAsync(request, user, key, cancellationToken))
        {
            case CreateAgentReply.Already { Owner: var before }:
                return TypedResults.Ok(Reply(before.Current, Role.Owner));
            case CreateAgentReply.Created { Owner: var owner }:
                var agent = owner.Current;
                await audit.WriteAsync(
                    new AuditEntry(user.Actor, "agent-created", "agent", agent.Id.Value, new { agent.ProgramId, agent.Place?.RepositoryId, agent.Place?.Branch }), cancellationToken);
                return TypedResults.Created($"/api/agents/{agent.Id}", Reply(agent, Role.Owner));
            case CreateAgentReply.Refused refused:
                return refused.Problem;
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<Results<Ok<AgentReply>, ProblemHttpResult>> Get(
        AgentId agentId, CurrentUser user, AgentOwners agents, AgentAccess access, CancellationToken cancellationToken) =>
        await agents.FindAsync(agentId) is { } owner
            ? TypedResults.Ok(Reply(owner.Current, await access.RoleInAsync(user, AgentView.Of(owner.Current), cancellationToken)))
            : AgentProblems.NotFound();

    private static async Task<Results<Ok<AgentReply>, ProblemHttpResult>> Change(
        AgentId agentId, ChangeAgentRequest request, CurrentUser user, AgentOwners agents, AgentAccess access, AuditLog audit, CancellationToken cancellationToken)
    {
        if (request.Title?.Length > AgentTitle.MaxLength)
        {
            return AgentProblems.Invalid($"A title has at most {AgentTitle.MaxLength} characters.");
        }

        if (request.Status is not (null or "completed" or "cancelled"))
        {
            return AgentProblems.Invalid("status is completed or cancelled.");
        }

        if (request.Budget?.MayBe() == false)
        {
            return AgentProblems.Invalid("A budget has tokens, minutes and a cost greater than nothing, or none of them.");
        }

        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        await owner.ChangeAsync(
            change =>
            {
                change.By = user.Id;
                if (request.Budget is { } budget)
                {
                    BudgetRules.Set(change, budget.Made());
                }

                if (request.Status is { } status)
                {
                    WorkSessionRules.EndAll(change, status == "completed" ? AgentStatus.Completed : AgentStatus.Cancelled);
                }

                if (request.Title is { } title)
                {
                    change.Become(change.Agent with { Title = AgentTitle.Fit(title) is { Length: > 0 } fitting ? fitting : null });
                }

                if (request.Archived is { } isArchived)
                {
                    ArchiveRules.Set(change, isArchived);
                }

                return true;
            },
            otherwise: false,
            cancellationToken);
        if (request.Status is not null)
        {
            await audit.WriteAsync(new AuditEntry(user.Actor, "agent-ended", "agent", agentId.Value, new { request.Status }), cancellationToken);
        }

        return TypedResults.Ok(Reply(owner.Current, await access.RoleInAsync(user, AgentView.Of(owner.Current), cancellationToken)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        AgentId agentId,
        CurrentUser user,
        AgentOwners agents,
        SessionOwners sessions,
        SessionRemoval removal,
        IOptions<AgentsOptions> options,
        AuditLog audit,
        CancellationToken cancellationToken,
        bool discardWork = false,
        bool keepWorktree = false)
    {
        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        if (owner.Current.Place is { } place && await sessions.FindAsync(new SessionId(place.SessionId)) is not null
            && await removal.RemoveAsync(new SessionId(place.SessionId), discardWork, keepWorktree, cancellationToken, () => ForgetAsync(owner, options.Value.ForgetConversationsWithin, cancellationToken)) is { } problem)
        {
            return problem;
        }

        await agents.RemoveAsync(agentId, cancellationToken);
        await audit.WriteAsync(new AuditEntry(user.Actor, "agent-deleted", "agent", agentId.Value, new { discardWork, keepWorktree }), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>A program that can, and runs, forgets the conversations of an agent that is deleted.</summary>
    private static async Task ForgetAsync(AgentOwner owner, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (await owner.ChangeAsync(ConversationRules.Forget, otherwise: false, cancellationToken))
        {
            await owner.UntilAsync(agent => agent.Instance?.Conversations.Forgetting.IsEmpty != false, limit, cancellationToken);
        }
    }

    private static async Task<Results<Ok<InstanceReply>, ProblemHttpResult>> GetInstance(AgentId agentId, AgentOwners agents) =>
        await agents.FindAsync(agentId) switch
        {
            null => AgentProblems.NotFound(),
            { Current: { Instance: { } instance } agent } => TypedResults.Ok(new InstanceReply(InstanceView.Of(instance, agent, withThreads: true))),
            _ => AgentProblems.InstanceNotFound(),
        };

    private static async Task<Ok<MessagesReply>> Messages(AgentId agentId, AgentHistory history, CancellationToken cancellationToken) =>
        TypedResults.Ok(new MessagesReply(await history.MessagesAsync(agentId, cancellationToken)));
}

internal sealed record InstanceReply(InstanceView Instance);

internal sealed record MessagesReply(IReadOnlyList<AgentMessage> Messages);
