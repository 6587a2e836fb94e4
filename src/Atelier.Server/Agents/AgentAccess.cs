using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Agents;

/// <summary>Who may do what with an agent: it follows its repository, and is its creator's.</summary>
internal sealed class AgentAccess(AgentOwners agents, IServiceProvider services) : IRoleSource
{
    public string Kind => Access.AgentKind;

    public async ValueTask<Role?> RoleOfAsync(CurrentUser user, string id, CancellationToken cancellationToken) =>
        AgentId.TryParse(id, provider: null, out var agent) && await agents.FindAsync(agent) is { } owner
            ? await RoleInAsync(user, AgentView.Of(owner.Current), cancellationToken)
            : null;

    /// <summary>A person's role in an agent; null when for them there is no such agent.</summary>
    public async ValueTask<Role?> RoleInAsync(CurrentUser user, AgentView agent, CancellationToken cancellationToken) =>
        user.IsAdministrator || agent.UserId == user.Id ? Role.Owner
        : agent.RepositoryId is { } repository ? await services.GetRequiredService<AccessPolicy>().RoleInAsync(user, Access.RepositoryKind, repository, cancellationToken)
        : null;
}
