using Atelier.Server.Accounts;
using Atelier.Server.Agents.Requests;
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

    /// <summary>The agent that asks a question; null when there is no such question.</summary>
    public Task<AgentId?> OfRequestAsync(RequestId id, CancellationToken cancellationToken) =>
        database.CommandFor("select agent_id from agent_requests where id = $1", id).OneAsync(row => (AgentId?)new AgentId(row.GetString(0)), cancellationToken);

    /// <summary>How a question ended that is not open any more, in words.</summary>
    public async Task<string> EndOfRequestAsync(RequestId id, CancellationToken cancellationToken) =>
        await database.CommandFor(
                """
                select agent_requests.state, users.display_name from agent_requests left join users on users.id = agent_requests.answered_by where agent_requests.id = $1
                """,
                id).OneAsync(row => (State: row.GetString(0), Name: row.TextOrNull(1)), cancellationToken) switch
        {
            ("answered", { } name) => $"{name} has answered it.",
            ("void", _) => "The process that asked is gone.",
            _ => "The program does not ask any more.",
        };
}
