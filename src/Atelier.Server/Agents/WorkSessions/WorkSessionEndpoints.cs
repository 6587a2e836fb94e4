using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.WorkSessions;

internal sealed record WorkSessionsReply(IReadOnlyList<WorkSessionView> WorkSessions);

internal sealed record WorkSessionBody(WorkSessionView WorkSession);

internal static class WorkSessionEndpoints
{
    private const int MaxNameLength = 80;

    public static void MapWorkSessions(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api/agents/{agentId}/work-sessions");
        all.MapGet("", List).Requires(Access.Agent(Role.Viewer, "agentId"));
        all.MapPost("", Add).Requires(Access.Agent(Role.Editor, "agentId"));
        all.MapPost("/{workSessionId}/complete", Complete).Requires(Access.Agent(Role.Editor, "agentId"));
        all.MapPost("/{workSessionId}/cancel", Cancel).Requires(Access.Agent(Role.Editor, "agentId"));
    }

    private static async Task<Results<Ok<WorkSessionsReply>, ProblemHttpResult>> List(AgentId agentId, AgentOwners agents) =>
        await agents.FindAsync(agentId) is { Current: var agent }
            ? TypedResults.Ok(new WorkSessionsReply([.. agent.WorkSessions.Select(one => WorkSessionView.Of(one, agent))]))
            : AgentProblems.NotFound();

    private static async Task<Results<Created<WorkSessionBody>, ProblemHttpResult>> Add(
        AgentId agentId, AddWorkSessionRequest request, AgentOwners agents, AgentCreation creation, TimeProvider clock, CancellationToken cancellationToken)
    {
        var name = request.Name.Trim();
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
        {
            return AgentProblems.Invalid($"A name has 1 to {MaxNameLength} characters, none of them a control character.");
        }

        if (AgentWords.TypeOf(request.AgentType) is not { } type)
        {
            return AgentProblems.Invalid("agentType is zed_agent, helix_agent or simple.");
        }

        if (type != AgentType.ZedAgent)
        {
            return AgentProblems.TypeNotServed(request.AgentType);
        }

        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        var id = WorkSessionId.New(clock);
        var reply = await owner.ChangeAsync(change => creation.AddWorkSession(change, id, name, type), WorkSessionReply.NotFound, cancellationToken);
        return reply == WorkSessionReply.Changed && owner.Current.Find(id) is { } added
            ? TypedResults.Created($"/api/agents/{agentId}/work-sessions/{id}", new WorkSessionBody(WorkSessionView.Of(added, owner.Current)))
            : AgentProblems.Of(reply);
    }

    private static Task<Results<Ok<WorkSessionBody>, ProblemHttpResult>> Complete(
        AgentId agentId, WorkSessionId workSessionId, AgentOwners agents, CancellationToken cancellationToken) =>
        EndAsync(agentId, workSessionId, WorkSessionStatus.Completed, agents, cancellationToken);

    private static Task<Results<Ok<WorkSessionBody>, ProblemHttpResult>> Cancel(
        AgentId agentId, WorkSessionId workSessionId, AgentOwners agents, CancellationToken cancellationToken) =>
        EndAsync(agentId, workSessionId, WorkSessionStatus.Cancelled, agents, cancellationToken);

    private static async Task<Results<Ok<WorkSessionBody>, ProblemHttpResult>> EndAsync(
        AgentId agentId, WorkSessionId id, WorkSessionStatus status, AgentOwners agents, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        var reply = await owner.ChangeAsync(change => WorkSessionRules.End(change, id, status), WorkSessionReply.NotFound, cancellationToken);
        return reply is WorkSessionReply.Changed or WorkSessionReply.Already && owner.Current.Find(id) is { } ended
            ? TypedResults.Ok(new WorkSessionBody(WorkSessionView.Of(ended, owner.Current)))
            : AgentProblems.Of(reply);
    }
}
