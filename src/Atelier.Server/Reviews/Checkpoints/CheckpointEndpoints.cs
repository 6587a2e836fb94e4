using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Reviews.Checkpoints;

/// <summary>A checkpoint as people see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="TurnId">The turn that it is before or after; absent for one that a restore made.</param>
/// <param name="WorkSessionId">The line of work of that turn.</param>
/// <param name="Which">before, after, or restore: what the files were before another one was brought back.</param>
/// <param name="Restores">The checkpoint that was brought back then.</param>
/// <param name="State">making, made or failed.</param>
/// <param name="LeftOut">Untracked files that were too big or too many to be kept.</param>
/// <param name="Problem">Why it failed.</param>
/// <param name="CreatedAt">When.</param>
internal sealed record CheckpointView(
    CheckpointId Id,
    TurnId? TurnId,
    WorkSessionId? WorkSessionId,
    CheckpointWhich Which,
    CheckpointId? Restores,
    CheckpointState State,
    int LeftOut,
    string? Problem,
    DateTimeOffset CreatedAt)
{
    public static CheckpointView Of(Checkpoint checkpoint) => new(
        checkpoint.Id,
        checkpoint.TurnId,
        checkpoint.WorkSessionId,
        checkpoint.Which,
        checkpoint.Restores,
        checkpoint.State,
        checkpoint.LeftOut,
        checkpoint.Problem,
        checkpoint.CreatedAt);
}

internal sealed record CheckpointsReply(IReadOnlyList<CheckpointView> Checkpoints);

/// <summary>What the files were before, under which they can be brought back.</summary>
internal sealed record CheckpointReply(CheckpointView Checkpoint);

internal static class CheckpointEndpoints
{
    public static void MapCheckpoints(this IEndpointRouteBuilder agent)
    {
        agent.MapGet("/checkpoints", List).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapPost("/checkpoints/{checkpointId}/restore", Restore).Requires(Access.Agent(Role.Editor, "agentId"));
    }

    private static async Task<Ok<CheckpointsReply>> List(AgentId agentId, CheckpointStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(new CheckpointsReply([.. (await store.OfAgentAsync(agentId, cancellationToken)).Select(CheckpointView.Of)]));

    private static async Task<Results<Ok<CheckpointReply>, ProblemHttpResult>> Restore(
        AgentId agentId,
        CheckpointId checkpointId,
        CurrentUser user,
        CheckpointStore store,
        ReviewPlaces places,
        Restoring restoring,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        if (await store.FindAsync(agentId, checkpointId, cancellationToken) is not { } wanted)
        {
            return ReviewProblems.CheckpointNotFound();
        }

        if (wanted.State != CheckpointState.Made)
        {
            return ReviewProblems.CheckpointNotMade(wanted.Problem);
        }

        if (await places.FindAsync(agentId, cancellationToken) is not { } place)
        {
            return ReviewProblems.NoPlace();
        }

        if (place.Agent.Turns.Exists(turn => turn.IsInFlight))
        {
            return ReviewProblems.TurnInFlight();
        }

        var kept = await restoring.RestoreAsync(place, wanted, user.Id, cancellationToken);
        await audit.WriteAsync(new AuditEntry(user.Actor, "checkpoint-restored", "agent", agentId.Value, new { Checkpoint = checkpointId.Value }), cancellationToken);
        return TypedResults.Ok(new CheckpointReply(CheckpointView.Of(kept)));
    }
}
