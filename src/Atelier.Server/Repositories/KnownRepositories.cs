using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.AccessRules;
using Npgsql;

namespace Atelier.Server.Repositories;

/// <summary>Repositories, for capabilities that work in them or show them.</summary>
internal sealed class KnownRepositories(RepositoryStore store, RepositoryAccess access)
{
    public Task<Repository?> FindAsync(RepositoryId id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    public Task<IReadOnlyList<Repository>> AllAsync(CancellationToken cancellationToken) => store.AllAsync(cancellationToken);

    /// <summary>Adds a repository within the caller's transaction, who tells the news.</summary>
    public static Task AddAsync(NpgsqlConnection connection, Repository repository, UserId creator, CancellationToken cancellationToken) =>
        RepositoryStore.SaveAsync(connection, repository, creator, cancellationToken);

    /// <summary>Changes a repository within the caller's transaction, who tells the news.</summary>
    public static Task ChangeAsync(NpgsqlConnection connection, Repository repository, CancellationToken cancellationToken) =>
        RepositoryStore.SaveAsync(connection, repository, creator: null, cancellationToken);

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

    /// <summary>A person's roles in repositories, where they are a member.</summary>
    public Task<IReadOnlyDictionary<RepositoryId, Role>> RolesOfAsync(UserId user, CancellationToken cancellationToken) => store.RolesOfAsync(user, cancellationToken);

    public ValueTask<Role?> RoleInAsync(CurrentUser user, RepositoryId id, CancellationToken cancellationToken) =>
        access.RoleOfAsync(user, id.Value, cancellationToken);
}
