using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Repositories;

/// <summary>Repositories, for capabilities that work in them or show them.</summary>
internal sealed class KnownRepositories(RepositoryStore store, RepositoryAccess access)
{
    public Task<Repository?> FindAsync(RepositoryId id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    /// <summary>A repository as a person sees it; null when for them there is none.</summary>
    public async Task<RepositoryView?> ShowAsync(CurrentUser user, RepositoryId id, CancellationToken cancellationToken) =>
        await RoleInAsync(user, id, cancellationToken) is { } role && await store.FindAsync(id, cancellationToken) is { } repository
            ? RepositoryView.Of(repository, role)
            : null;

    /// <summary>All repositories that a person may see.</summary>
    public async Task<IReadOnlyList<RepositoryView>> ShowAllAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        var shown = new List<RepositoryView>();
        foreach (var repository in await store.AllAsync(cancellationToken))
        {
            if (await RoleInAsync(user, repository.Id, cancellationToken) is { } role)
            {
                shown.Add(RepositoryView.Of(repository, role));
            }
        }

        return shown;
    }

    public ValueTask<Role?> RoleInAsync(CurrentUser user, RepositoryId id, CancellationToken cancellationToken) =>
        access.RoleOfAsync(user, id.Value, cancellationToken);
}
