using Atelier.Server.Accounts;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.Context;

internal sealed record AgentContextReply(AgentContext Context);

internal sealed record AgentNotesReply(string Notes);

/// <summary>Writes the notes anew.</summary>
/// <param name="Notes">All of them.</param>
/// <param name="Before">What they were when they were read; they are only replaced if they still are. Absent: whatever they are.</param>
internal sealed record AgentNotesRequest(string Notes, string? Before = null);

internal static class AgentContextEndpoints
{
    public static void MapAgentContext(this IEndpointRouteBuilder routes)
    {
        var agent = routes.MapGroup("/api/agents/{agentId}");
        agent.MapGet("/context", Get).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapGet("/notes", GetNotes).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapPut("/notes", PutNotes).Requires(Access.Agent(Role.Editor, "agentId"));
    }

    private static async Task<Results<Ok<AgentContextReply>, ProblemHttpResult>> Get(
        AgentId agentId, AgentOwners agents, AgentContexts contexts, CancellationToken cancellationToken) =>
        await agents.FindAsync(agentId) is { } owner
            ? TypedResults.Ok(new AgentContextReply(await contexts.ReadAsync(owner.Current, cancellationToken)))
            : AgentProblems.NotFound();

    private static async Task<Results<Ok<AgentNotesReply>, ProblemHttpResult>> GetNotes(AgentId agentId, AgentOwners agents) =>
        await agents.FindAsync(agentId) is { } owner ? TypedResults.Ok(new AgentNotesReply(owner.Current.Notes)) : AgentProblems.NotFound();

    private static async Task<Results<Ok<AgentNotesReply>, ProblemHttpResult>> PutNotes(
        AgentId agentId, AgentNotesRequest request, CurrentUser user, AgentOwners agents, AuditLog audit, CancellationToken cancellationToken)
    {
        if (request.Notes.Length > AgentNotes.MaxLength || !JsonTexts.IsKept(request.Notes))
        {
            return AgentProblems.Invalid($"Notes have at most {AgentNotes.MaxLength} characters, none of them U+0000 or half of one.");
        }

        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        var isWritten = await owner.ChangeAsync(
            change =>
            {
                if (request.Before is { } before && change.Agent.Notes != before)
                {
                    return false;
                }

                if (change.Agent.Notes != request.Notes)
                {
                    change.Become(change.Agent with { Notes = request.Notes });
                }

                return true;
            },
            otherwise: false,
            cancellationToken);
        if (!isWritten)
        {
            return AgentProblems.NotesChanged();
        }

        await audit.WriteAsync(new AuditEntry(user.Actor, "agent-notes-written", "agent", agentId.Value), cancellationToken);
        return TypedResults.Ok(new AgentNotesReply(owner.Current.Notes));
    }
}
