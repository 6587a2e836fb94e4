using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Sessions;

/// <summary>
/// Who may do what in a session: a quick one is its creator's, who may share it, as long as they may run programs here; a worktree session follows its repository.
/// </summary>
internal sealed class SessionAccess(SessionOwners sessions, IServiceProvider services) : IRoleSource
{
    public string Kind => Access.SessionKind;

    private AccessPolicy Policy => services.GetRequiredService<AccessPolicy>();

    public async ValueTask<Role?> RoleOfAsync(CurrentUser user, string id, CancellationToken cancellationToken) =>
        SessionId.TryParse(id, provider: null, out var session) && await sessions.FindAsync(session) is { } owner
            ? await RoleInAsync(user, owner.Current, cancellationToken)
            : null;

    /// <summary>A person's role in a session; null when for them there is no such session.</summary>
    public async ValueTask<Role?> RoleInAsync(CurrentUser user, Session session, CancellationToken cancellationToken) =>
        user.IsAdministrator ? Role.Owner
        : session.RepositoryId is { } repository ? await Policy.RoleInAsync(user, Access.RepositoryKind, repository, cancellationToken)
        : session.CreatedBy != user.Id ? session.SharedRole
        : await Policy.MayRunProgramsAsync(user, cancellationToken) ? Role.Owner
        : session.SharedRole ?? Role.Viewer;
}
