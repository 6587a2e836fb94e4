using Atelier.HostDaemon.Operations;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Worktrees;

/// <summary>What the server may ask of this machine's repositories and worktrees.</summary>
internal static class WorktreeEndpoints
{
    public static JsonRpcMethods AnswerRepositories(
        this JsonRpcMethods methods, HostedRepositories repositories, SampleRepository sample, LongOperations operations) =>
        methods
            .Answer(
                HostMethods.MakeSample,
                HostJson.Default.MakeSampleRequest,
                HostJson.Default.RepositoryFacts,
                sample.MakeAsync)
            .Answer(
                HostMethods.InspectRepository,
                HostJson.Default.InspectRepositoryRequest,
                HostJson.Default.RepositoryFacts,
                repositories.InspectAsync)
            .Answer(
                HostMethods.CloneRepository,
                HostJson.Default.CloneRepositoryRequest,
                HostJson.Default.RepositoryFacts,
                (request, cancellationToken) => operations.RunAsync(
                    request.OperationId,
                    (progress, stop) => repositories.CloneAsync(request, progress, stop),
                    cancellationToken))
            .Answer(
                HostMethods.FetchRepository,
                HostJson.Default.RepositoryRequest,
                HostJson.Default.Done,
                repositories.FetchAsync)
            .Answer(
                HostMethods.ListBranches,
                HostJson.Default.RepositoryRequest,
                HostJson.Default.BranchList,
                repositories.ListBranchesAsync);

    public static JsonRpcMethods AnswerWorktrees(
        this JsonRpcMethods methods, HostedWorktrees worktrees, LongOperations operations) =>
        methods
            .Answer(
                HostMethods.AddWorktree,
                HostJson.Default.AddWorktreeRequest,
                HostJson.Default.WorktreeFacts,
                (request, cancellationToken) => operations.RunAsync(
                    request.OperationId,
                    (progress, stop) => worktrees.AddAsync(request, progress, stop),
                    cancellationToken))
            .Answer(
                HostMethods.ListWorktrees,
                HostJson.Default.RepositoryRequest,
                HostJson.Default.WorktreeList,
                worktrees.ListAsync)
            .Answer(
                HostMethods.WorktreeStatus,
                HostJson.Default.WorktreeRequest,
                HostJson.Default.WorktreeStatus,
                worktrees.LookAtAsync)
            .Answer(
                HostMethods.RemoveWorktree,
                HostJson.Default.RemoveWorktreeRequest,
                HostJson.Default.RemoveWorktreeReply,
                worktrees.RemoveAsync)
            .Answer(
                HostMethods.CancelOperation,
                HostJson.Default.OperationRequest,
                HostJson.Default.Done,
                async (request, _) =>
                {
                    await operations.CancelAsync(request.OperationId);
                    return new Done();
                });
}
