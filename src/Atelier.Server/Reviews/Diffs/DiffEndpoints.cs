using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Reviews.Diffs;

internal static class DiffEndpoints
{
    private const int MaxPathLength = 4_096;

    public static void MapDiffs(this IEndpointRouteBuilder agent)
    {
        agent.MapGet("/diff", Read).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapPut("/viewed", Mark).Requires(Access.Agent(Role.Viewer, "agentId"));
    }

    private static async Task<Results<Ok<DiffBody>, ProblemHttpResult>> Read(
        AgentId agentId,
        CurrentUser user,
        ReviewPlaces places,
        WorkDiffs diffs,
        ViewedFileStore viewed,
        CancellationToken cancellationToken,
        TurnId? turn = null,
        string? path = null)
    {
        if (await places.FindAsync(agentId, cancellationToken) is not { } place)
        {
            return ReviewProblems.NoPlace();
        }

        if (await diffs.ReadAsync(place, turn, path, cancellationToken) is not { } reply)
        {
            return ReviewProblems.CheckpointNotFound();
        }

        return path is not null && reply.Files.Count == 0
            ? ReviewProblems.FileNotFound(path)
            : TypedResults.Ok(new DiffBody(WorkDiff.Of(turn, reply, await viewed.OfAsync(agentId, user.Id, cancellationToken))));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Mark(
        AgentId agentId, ViewedBody body, CurrentUser user, ViewedFileStore viewed, CancellationToken cancellationToken)
    {
        if (body.Path.Length is 0 or > MaxPathLength || body.Path.Contains('\0', StringComparison.Ordinal) || body.Hash.Length is 0 or > 64 || body.Hash.Contains('\0', StringComparison.Ordinal))
        {
            return ReviewProblems.Invalid("path and hash are those of a file of the diff.");
        }

        await (body.Viewed
            ? viewed.MarkAsync(agentId, user.Id, body.Path, body.Hash, cancellationToken)
            : viewed.UnmarkAsync(agentId, user.Id, body.Path, cancellationToken));
        return TypedResults.NoContent();
    }
}
