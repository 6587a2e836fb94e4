using Atelier.HostDaemon.Operations;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Reviews;

/// <summary>What the server may ask about the work in this machine's worktrees.</summary>
internal static class ReviewEndpoints
{
    public static JsonRpcMethods AnswerReviews(this JsonRpcMethods methods, HostedReviews reviews, LongOperations operations) =>
        methods
            .Answer(HostMethods.KeepCheckpoint, HostJson.Default.CheckpointRequest, HostJson.Default.CheckpointFacts, reviews.KeepAsync)
            .Answer(HostMethods.RestoreCheckpoint, HostJson.Default.RestoreRequest, HostJson.Default.CheckpointFacts, reviews.RestoreAsync)
            .Answer(HostMethods.DropReferences, HostJson.Default.DropReferencesRequest, HostJson.Default.Done, reviews.DropAsync)
            .Answer(HostMethods.ReadDiff, HostJson.Default.DiffRequest, HostJson.Default.DiffReply, reviews.DiffAsync)
            .Answer(HostMethods.ForecastMerges, HostJson.Default.ForecastRequest, HostJson.Default.ForecastReply, reviews.ForecastAsync)
            .Answer(
                HostMethods.Land,
                HostJson.Default.LandRequest,
                HostJson.Default.LandReply,
                (request, cancellationToken) => operations.RunAsync(request.OperationId, (_, stop) => reviews.LandAsync(request, stop), cancellationToken));
}
