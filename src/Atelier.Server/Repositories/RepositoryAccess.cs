using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Repositories;

/// <summary>Who may do what with a repository: its members by their role, administrators everything. Who may change one may run programs there.</summary>
internal sealed class RepositoryAccess(RepositoryStore repositories) : IRoleSource, IProgramRights
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

    public async ValueTask<bool> MayRunProgramsAsync(CurrentUser user, CancellationToken cancellationToken) =>
        await repositories.HighestRoleOfAsync(user.Id, cancellationToken) >= Role.Editor;
}
