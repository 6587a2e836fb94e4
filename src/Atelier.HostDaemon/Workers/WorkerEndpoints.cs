using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Workers;

/// <summary>What the server may ask of this machine's workers.</summary>
internal static class WorkerEndpoints
{
    private const int MaxGraceMilliseconds = 60_000;

    public static JsonRpcMethods AnswerWorkers(this JsonRpcMethods methods, WorkerOwners workers, RelayChannels channels) =>
        methods
            .OnNotification(HostMethods.WorkerTyped, HostJson.Default.WorkerTypedNotice, (notice, _) =>
            {
                workers.Find(notice.WorkerId)?.Typed(notice.Data);
                return ValueTask.CompletedTask;
            })
            .Answer(
                HostMethods.StartWorker,
                HostJson.Default.StartWorkerRequest,
                HostJson.Default.WorkerReport,
                (request, _) => StartAsync(workers, request))
            .Answer(
                HostMethods.EndWorker,
                HostJson.Default.EndWorkerRequest,
                HostJson.Default.EndWorkerReply,
                (request, _) => EndAsync(workers, request))
            .Answer(
                HostMethods.RemoveWorker,
                HostJson.Default.WorkerRequest,
                HostJson.Default.Done,
                async (request, _) =>
                {
                    await workers.RemoveAsync(request.WorkerId);
                    return new Done();
                })
            .Answer(
                HostMethods.AttachPoint,
                HostJson.Default.WorkerRequest,
                HostJson.Default.AttachPoint,
                (request, _) => workers.Known(request.WorkerId).AttachPointAsync())
            .Answer(
                HostMethods.ScreenSnapshot,
                HostJson.Default.WorkerRequest,
                HostJson.Default.ScreenSnapshot,
                (request, cancellationToken) => workers.Known(request.WorkerId).Terminal.SnapshotAsync(cancellationToken))
            .Answer(
                HostMethods.OpenChannel,
                HostJson.Default.OpenChannelRequest,
                HostJson.Default.Done,
                async (request, cancellationToken) =>
                {
                    var place = await workers.Known(request.WorkerId).AttachPointAsync();
                    await channels.OpenAsync(request.Channel, place.Socket, cancellationToken);
                    return new Done();
                })
            .Answer(
                HostMethods.CloseChannel,
                HostJson.Default.CloseChannelRequest,
                HostJson.Default.Done,
                async (request, _) =>
                {
                    await channels.CloseAsync(request.Channel);
                    return new Done();
                });

    private static async Task<WorkerReport> StartAsync(WorkerOwners workers, StartWorkerRequest request)
    {
        if (request.Epoch < 1 || request.Cols is < 1 or > 1000 || request.Rows is < 1 or > 1000)
        {
            throw new JsonRpcException(LinkRefusals.Invalid, "An epoch is at least 1; columns and rows are 1 to 1000.");
        }

        return await workers.Of(request.WorkerId).StartAsync(request);
    }

    private static async Task<EndWorkerReply> EndAsync(WorkerOwners workers, EndWorkerRequest request)
    {
        var grace = TimeSpan.FromMilliseconds(Math.Clamp(request.GraceMilliseconds, 0, MaxGraceMilliseconds));

        // Also one that we know nothing of: its keeper may have come up while we were gone, or its folder may be lost.
        return DataFolderNames.IsFit(request.WorkerId)
            ? await workers.Of(request.WorkerId).EndAsync(grace)
            : new EndWorkerReply(0, []);
    }
}
