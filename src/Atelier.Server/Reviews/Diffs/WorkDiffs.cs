using Atelier.Protocol.HostLink;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Reviews.Checkpoints;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Reviews.Diffs;

/// <summary>Asks hosts how agents' work differs.</summary>
internal sealed class WorkDiffs(CheckpointStore checkpoints, IOptions<ReviewsOptions> options)
{
    /// <summary>All work, or that of one turn; null when what the files were before that turn is not kept.</summary>
    public async Task<DiffReply?> ReadAsync(ReviewPlace place, TurnId? turn, string? path, CancellationToken cancellationToken)
    {
        string? from = null;
        string? to = null;
        if (turn is { } id)
        {
            from = (await checkpoints.OfTurnAsync(place.Agent.Id, id, CheckpointWhich.Before, cancellationToken))?.Commit;
            to = (await checkpoints.OfTurnAsync(place.Agent.Id, id, CheckpointWhich.After, cancellationToken))?.Commit;
            if (from is null || (to is null && place.Agent.Find(id) is not { IsInFlight: true }))
            {
                return null;
            }
        }

        var limits = options.Value;
        return await place.Link.RequestAsync(
            HostMethods.ReadDiff,
            new DiffRequest(
                place.RepositoryPath,
                place.Worktree,
                place.Branch,
                place.BaseBranch,
                from,
                to,
                path,
                limits.MaxFiles,
                path is null ? limits.MaxFileLength : limits.MaxLengthOfOneFile,
                path is null ? limits.MaxLength : limits.MaxLengthOfOneFile,
                path is null ? limits.MaxLinesPerFile : limits.MaxLinesOfOneFile),
            HostJson.Default.DiffRequest,
            HostJson.Default.DiffReply,
            cancellationToken,
            isLong: true);
    }
}
