using System.Diagnostics;
using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.Searches;

/// <summary>Places in conversations, the newest first.</summary>
/// <param name="Results">Them.</param>
/// <param name="HasMore">Whether there are older ones.</param>
internal sealed record SearchReply(IReadOnlyList<FoundPlace> Results, bool HasMore);

internal static class AgentSearchEndpoints
{
    private const int UsualLimit = 30;
    private const int MaxLimit = 100;
    private const int MaxLength = 200;

    public static void MapAgentSearch(this IEndpointRouteBuilder routes) => routes.MapGet("/api/agents/search", Search).AllowAnyUser();

    private static async Task<Results<Ok<SearchReply>, ProblemHttpResult>> Search(
        CurrentUser user, AgentSearch search, CancellationToken cancellationToken, string q = "", bool archived = false, int limit = UsualLimit)
    {
        if (q.Length > MaxLength || !JsonTexts.IsKept(q) || SearchTerms.Of(q) is not { } terms)
        {
            return AgentProblems.Invalid($"q has at least one word to look for, and at most {MaxLength} characters.");
        }

        if (limit is < 1 or > MaxLimit)
        {
            return AgentProblems.Invalid($"limit is a number from 1 to {MaxLimit}.");
        }

        return await search.FindAsync(user, terms, archived, limit, cancellationToken) switch
        {
            SearchAnswer.Found found => TypedResults.Ok(new SearchReply(found.Places, found.HasMore)),
            SearchAnswer.TooWide => AgentProblems.SearchTooWide(),
            _ => throw new UnreachableException(),
        };
    }
}
