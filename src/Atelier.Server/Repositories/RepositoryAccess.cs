using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Repositories;

/// <summary>Who may do what with a repository: its members by their role, administrators everything.</summary>
internal sealed class RepositoryAccess(RepositoryStore repositories) : IRoleSource
{
    public string Kind => Access.RepositoryKind;

    public async ValueTask<Role?> RoleOfAsync(CurrentUser user, string id, CancellationToken cancellationToken)
    {
        if (!RepositoryId.TryParse(id, provider: null, out var repository))
        {
            return null;
        }

        return user.IsAdministrator
            ? await repositories.FindAsync(repository, cancellationToken) is null ? null : Role.Owner
            : await repositories.RoleOfAsync(repository, user.Id, cancellationToken);
    }
}
