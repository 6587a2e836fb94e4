using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Lists;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Repositories;
using Npgsql;

namespace Atelier.Server.Agents;

/// <summary>Who may do what with an agent: it follows its repository, and is its creator's.</summary>
internal sealed class AgentAccess(NpgsqlDataSource database, KnownRepositories repositories) : IRoleSource
{
    public string Kind => Access.AgentKind;

    // From the row: who may see an agent does not make it an owner.
    public async ValueTask<Role?> RoleOfAsync(CurrentUser user, string id, CancellationToken cancellationToken) =>
        AgentId.TryParse(id, provider: null, out var agent)
        && await database.CommandFor("select user_id, repository_id from agents where id = $1", agent)
            .OneAsync(row => (UserId: new UserId(row.GetString(0)), Repository: row.TextOrNull(1), IsThere: true), cancellationToken) is { IsThere: true } row
            ? await RoleInAsync(user, row.UserId, row.Repository, cancellationToken)
            : null;

    /// <summary>A person's role in an agent; null when for them there is no such agent.</summary>
    public ValueTask<Role?> RoleInAsync(CurrentUser user, AgentView agent, CancellationToken cancellationToken) =>
        RoleInAsync(user, agent.UserId, agent.RepositoryId, cancellationToken);

    /// <summary>Which agents a person may see, for whoever reads many.</summary>
    public async Task<AgentSight> SightOfAsync(CurrentUser user, CancellationToken cancellationToken) => new(
        user.Id,
        user.IsAdministrator,
        user.IsAdministrator
            ? new Dictionary<string, Role>(StringComparer.Ordinal)
            : (await repositories.RolesOfAsync(user.Id, cancellationToken)).ToDictionary(one => one.Key.Value, one => one.Value, StringComparer.Ordinal));

    private async ValueTask<Role?> RoleInAsync(CurrentUser user, UserId creator, string? repository, CancellationToken cancellationToken) =>
        user.IsAdministrator || creator == user.Id ? Role.Owner
        : repository is { } id ? await repositories.RoleInAsync(user, new RepositoryId(id), cancellationToken)
        : null;
}
