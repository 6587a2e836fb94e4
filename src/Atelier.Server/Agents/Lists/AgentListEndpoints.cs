using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.Lists;

internal static class AgentListEndpoints
{
    private const int UsualLimit = 100;
    private const int MaxLimit = 500;

    private static readonly Dictionary<string, ArchivedAgents> s_archived = new(StringComparer.OrdinalIgnoreCase)
    {
        ["false"] = ArchivedAgents.Without,
        ["true"] = ArchivedAgents.Too,
        ["only"] = ArchivedAgents.Only,
    };

    public static void MapAgentLists(this IEndpointRouteBuilder routes) => routes.MapGet("/api/agents", List).AllowAnyUser();

    /// <summary>Agents that the caller may see, the newest first; <c>next</c> of the answer is the <c>cursor</c> of the page after it.</summary>
    private static async Task<Results<Ok<AgentsReply>, ProblemHttpResult>> List(
        CurrentUser user,
        AgentListing listing,
        CancellationToken cancellationToken,
        bool mine = false,
        string? person = null,
        string? repository = null,
        string? program = null,
        string? state = null,
        string archived = "false",
        string? cursor = null,
        int limit = UsualLimit)
    {
        var words = state?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (words.FirstOrDefault(word => !AgentColumns.Words.ContainsKey(word)) is { } unknown)
        {
            return AgentProblems.Invalid($"There is no state {unknown}; say some of {string.Join(", ", AgentColumns.Words.Keys)}.");
        }

        if (!s_archived.TryGetValue(archived, out var whichArchived))
        {
            return AgentProblems.Invalid("archived is true, false or only.");
        }

        if (limit is < 1 or > MaxLimit)
        {
            return AgentProblems.Invalid($"limit is a number from 1 to {MaxLimit}.");
        }

        var after = cursor is null ? null : AgentPlaceInList.Of(cursor);
        if (cursor is not null && after is null)
        {
            return AgentProblems.Invalid("cursor is what an earlier answer gave as next.");
        }

        var filter = new AgentFilter(
            mine ? user.Id : person is null ? null : new UserId(person),
            repository,
            program,
            words.Length == 0 ? null : [.. words.Select(word => AgentColumns.Words[word])],
            whichArchived);
        var (agents, next) = await listing.PageAsync(user, filter, after, limit, cancellationToken);
        return TypedResults.Ok(new AgentsReply(agents, next?.Text));
    }
}
