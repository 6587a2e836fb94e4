using Atelier.Git;
using Atelier.Git.Repositories;
using Atelier.HostDaemon.Operations;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Worktrees;

/// <summary>The repositories of this machine, wherever they lie, and the clones under its data folder.</summary>
internal sealed class HostedRepositories(DataFolder data, GitProgram git)
{
    public async Task<RepositoryFacts> InspectAsync(InspectRepositoryRequest request, CancellationToken cancellationToken)
    {
        if (!Path.IsPathFullyQualified(request.Path) || request.Path.Contains('\0', StringComparison.Ordinal))
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"'{request.Path}' is not an absolute path.");
        }

        return Facts(await new Repository(git, RealPath.Of(request.Path)).InspectAsync(cancellationToken));
    }

    public async Task<RepositoryFacts> CloneAsync(
        CloneRepositoryRequest request, OperationProgress progress, CancellationToken cancellationToken)
    {
        DataFolderNames.ThrowIfUnfit(request.RepositoryId);
        Directory.CreateDirectory(data.Repositories);
        return Facts(await new RepositoryClone(git).CloneAsync(
            request.Url,
            Path.Combine(data.Repositories, request.RepositoryId),
            step => progress.Count(step.Phase, step.Completed, step.Total),
            cancellationToken));
    }

    public async Task<Done> FetchAsync(RepositoryRequest request, CancellationToken cancellationToken)
    {
        await new Repository(git, request.Path).FetchAsync(onProgress: null, cancellationToken);
        return new Done();
    }

    public async Task<BranchList> ListBranchesAsync(RepositoryRequest request, CancellationToken cancellationToken)
    {
        var repository = new Repository(git, request.Path);
        var branches = await repository.ListBranchesAsync(cancellationToken);
        return new BranchList(
            [
                .. branches.Select(branch => new BranchFacts(
                    branch.Name, branch.Remote is not null, branch.Commit, branch.CommittedAt, branch.Subject, branch.WorktreePath)),
            ],
            await repository.FindDefaultBranchAsync(cancellationToken));
    }

    private static RepositoryFacts Facts(RepositoryView view) =>
        new(view.Path, view.DefaultBranch, view.RemoteUrl, view.IsBare);
}
