using Atelier.Protocol.HostLink;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;

namespace Atelier.Server.Imports;

/// <summary>Asks the host about places that an import names. A host that cannot be asked stops no import.</summary>
internal sealed class ImportedPlaces(HostLinks links)
{
    public async Task<PlaceFacts> LookAsync(HostId host, AgentConsoleRequest request, CancellationToken cancellationToken)
    {
        var repositories = new Dictionary<string, RepositoryPlace>(StringComparer.Ordinal);
        var branches = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var path in request.Repositories.Select(repository => repository.Path).Distinct(StringComparer.Ordinal))
            {
                repositories[path] = await RepositoryAsync(host, path, branches, cancellationToken);
            }
        }
        catch (HostOfflineException)
        {
            // What it has not said stays unknown.
        }

        return new PlaceFacts(repositories, branches);
    }

    private async Task<RepositoryPlace> RepositoryAsync(
        HostId host, string path, Dictionary<string, string> branches, CancellationToken cancellationToken)
    {
        try
        {
            var link = links.Get(host);
            var facts = await link.RequestAsync(
                HostMethods.InspectRepository,
                new InspectRepositoryRequest(path),
                HostJson.Default.InspectRepositoryRequest,
                HostJson.Default.RepositoryFacts,
                cancellationToken);
            var worktrees = await link.RequestAsync(
                HostMethods.ListWorktrees,
                new RepositoryRequest(facts.Path),
                HostJson.Default.RepositoryRequest,
                HostJson.Default.WorktreeList,
                cancellationToken);
            foreach (var worktree in worktrees.Worktrees)
            {
                branches[worktree.Path] = worktree.Branch ?? worktree.Commit;
            }

            return new RepositoryPlace(facts.Path, facts.DefaultBranch, facts.RemoteUrl, Problem: null);
        }
        catch (HostRefusedException refusal)
        {
            return new RepositoryPlace(path, DefaultBranch: null, Url: null, refusal.Message);
        }
    }
}
