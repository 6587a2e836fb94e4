using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Agents;

/// <summary>Agents as lists show them.</summary>
internal sealed class AgentListing(NpgsqlDataSource database, AgentOwners agents, AgentAccess access)
{
    /// <summary>All agents that a person may see, the newest first.</summary>
    public async Task<IReadOnlyList<AgentView>> AllForAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        var shown = new List<AgentView>();
        foreach (var id in await database.CommandFor("select id from agents order by created_at desc, id").AllAsync(row => new AgentId(row.GetString(0)), cancellationToken))
        {
            if (await ReadAsync(id) is { } agent && await access.RoleInAsync(user, agent, cancellationToken) is { } role)
            {
                shown.Add(agent with { Role = role });
            }
        }

        return shown;
    }

    /// <summary>An agent as it is now; null when there is none.</summary>
    public async Task<AgentView?> ReadAsync(AgentId id) => await agents.FindAsync(id) is { } owner ? AgentView.Of(owner.Current) : null;

    /// <summary>Agents of a repository.</summary>
    public async Task<IReadOnlyList<AgentView>> OfRepositoryAsync(string repository, CancellationToken cancellationToken)
    {
        var all = new List<AgentView>();
        foreach (var id in await database.CommandFor("select id from agents where repository_id = $1", repository).AllAsync(row => new AgentId(row.GetString(0)), cancellationToken))
        {
            if (await ReadAsync(id) is { } agent)
            {
                all.Add(agent);
            }
        }

        return all;
    }
}
