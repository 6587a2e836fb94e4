using Atelier.HostDaemon.AgentAdapters.Files;
using Atelier.HostDaemon.AgentAdapters.Terminals;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>What the server may ask of this machine's agent programs.</summary>
internal static class AgentEndpoints
{
    public static JsonRpcMethods AnswerAgents(
        this JsonRpcMethods methods, WorkerOwners workers, AgentFollows follows, AgentTypists typists, AgentTextFiles files, AgentFileSearch search, DataFolder data) =>
        methods
            .Answer(
                HostMethods.FollowAgent,
                HostJson.Default.FollowAgentRequest,
                HostJson.Default.Done,
                async (request, _) =>
                {
                    ThrowIfUnfit(request, workers.Known(request.WorkerId));
                    await follows.FollowAsync(request);
                    return new Done();
                })
            .Answer(
                HostMethods.UnfollowAgent,
                HostJson.Default.WorkerRequest,
                HostJson.Default.Done,
                async (request, _) =>
                {
                    await follows.UnfollowAsync(request.WorkerId);
                    return new Done();
                })
            .Answer(
                HostMethods.SendToAgent,
                HostJson.Default.SendToAgentRequest,
                HostJson.Default.Done,
                async (request, cancellationToken) =>
                {
                    await typists.SendAsync(request, cancellationToken);
                    return new Done();
                },
                waitsOutside: true)
            .Answer(HostMethods.ReadText, HostJson.Default.ReadTextRequest, HostJson.Default.ReadTextReply, files.ReadAsync)
            .Answer(HostMethods.WriteText, HostJson.Default.WriteTextRequest, HostJson.Default.WriteTextReply, files.WriteAsync)
            .Answer(HostMethods.ListFiles, HostJson.Default.ListFilesRequest, HostJson.Default.FileList, search.ListAsync)
            .Answer(HostMethods.SearchText, HostJson.Default.SearchTextRequest, HostJson.Default.FoundText, search.SearchAsync)
            .Answer(
                HostMethods.ReadTail,
                HostJson.Default.ReadTailRequest,
                HostJson.Default.TailReply,
                (request, _) => Task.FromResult(TerminalTail.Read(workers.Known(request.WorkerId), data.Worker(request.WorkerId), request.MaxBytes)));

    private static void ThrowIfUnfit(FollowAgentRequest request, WorkerOwner worker)
    {
        if (request.Offset < 0 || worker.Report.Kind != WorkerKind.Protocol)
        {
            throw new JsonRpcException(
                LinkRefusals.Invalid, $"A program with pipes is followed, from an offset from 0 on; {request.WorkerId} may have a terminal.");
        }
    }
}
