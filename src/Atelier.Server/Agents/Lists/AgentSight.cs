using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Agents.Lists;

/// <summary>Which agents a person may see, and with which role: their own, and those of repositories that they are members of; administrators see all.</summary>
/// <param name="User">The person.</param>
/// <param name="SeesAll">Whether they see all.</param>
/// <param name="Roles">Their roles, by repository.</param>
internal sealed record AgentSight(UserId User, bool SeesAll, IReadOnlyDictionary<string, Role> Roles)
{
    /// <summary>The same in SQL, about a row of <c>agents</c>: with <see cref="Values"/> as $1 to $3.</summary>
    public const string Condition = "($1 or agents.user_id = $2 or agents.repository_id = any($3))";

    public (bool SeesAll, string User, string[] Repositories) Values => (SeesAll, User.Value, [.. Roles.Keys]);

    /// <summary>Their role in an agent; null when for them there is no such agent.</summary>
    public Role? RoleIn(UserId creator, string? repository) =>
        SeesAll || creator == User ? Role.Owner
        : repository is not null && Roles.TryGetValue(repository, out var role) ? role
        : null;
}
