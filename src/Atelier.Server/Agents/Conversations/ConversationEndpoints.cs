using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Conversations;

/// <summary>A conversation that an agent's program knows.</summary>
/// <param name="Id">The program's id of it: conversationId of a new work session goes on with it.</param>
/// <param name="Title">Its title; absent when it has none.</param>
/// <param name="Directory">Where it works; absent when the program does not say.</param>
/// <param name="UpdatedAt">When something was last said in it, as the program writes it.</param>
/// <param name="WorkSessionId">The work session that has it; absent when none has.</param>
internal sealed record ConversationView(string Id, string? Title, string? Directory, string? UpdatedAt, WorkSessions.WorkSessionId? WorkSessionId);

internal sealed record ConversationsReply(IReadOnlyList<ConversationView> Conversations, DateTimeOffset? ListedAt);

internal static class ConversationEndpoints
{
    public static void MapConversations(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/agents/{agentId}/conversations", List).Requires(Access.Agent(Role.Editor, "agentId")); // it may start the program

    private static async Task<Results<Ok<ConversationsReply>, ProblemHttpResult>> List(
        AgentId agentId, AgentOwners agents, IOptions<AgentsOptions> options, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        if (await owner.ChangeAsync(ConversationRules.Want, otherwise: null, cancellationToken) is not { } tried)
        {
            return AgentProblems.InstanceNotFound();
        }

        var isListed = await owner.UntilAsync(agent => agent.Instance?.Conversations.Tries >= tried, options.Value.ListConversationsWithin, cancellationToken);
        return (isListed, owner.Current.Instance?.Conversations) switch
        {
            (true, { Problem: { } problem }) => AgentProblems.ConversationsNotListed(problem),
            (true, { } known) => TypedResults.Ok(new ConversationsReply([.. known.Known.Select(one => View(one, owner.Current))], known.ListedAt)),
            _ => AgentProblems.ConversationsNotListedYet(),
        };
    }

    private static ConversationView View(Protocol.HostLink.ListedThread one, Agent agent) => new(
        one.Thread, one.Title, one.Directory, one.UpdatedAt, agent.Threads.Find(thread => thread.ProgramThreadId == one.Thread)?.WorkSessionId);
}
