using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Tokens that processes dial with; each is of use for its own session, and no longer than its process.</summary>
internal sealed class ZedTokenStore(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>A token for a process that is to be started. Those that were made for it before stay good: one of them may have been started with.</summary>
    public async Task<Secret> CreateAsync(AgentInstance instance, CancellationToken cancellationToken)
    {
        var secret = Secret.New();
        await database.CommandFor("delete from zed_sync_tokens where instance_id = $1 and epoch <= $2", instance.Id, instance.EndedEpoch).RunAsync(cancellationToken);
        await database.CommandFor(
            "insert into zed_sync_tokens (token_hash, instance_id, epoch, created_at) values ($1, $2, $3, $4)", secret.Hash, instance.Id, instance.Epoch, clock.GetUtcNow())
            .RunAsync(cancellationToken);
        return secret;
    }

    /// <summary>Whether a token is that of the process that an agent has now.</summary>
    public async Task<bool> IsGoodAsync(Secret secret, AgentId agent, CancellationToken cancellationToken) =>
        await database.CommandFor(
            """
            select 1 from zed_sync_tokens token join zed_instance_mappings instance on instance.id = token.instance_id
            where token.token_hash = $1 and instance.task_id = $2 and token.epoch > instance.ended_epoch
            """,
            secret.Hash,
            agent).OneAsync(row => row.GetInt32(0), cancellationToken) == 1;

    /// <summary>The agent that works in a session; null when none does.</summary>
    public Task<AgentId?> AgentInAsync(string session, CancellationToken cancellationToken) =>
        database.CommandFor("select agent_id from agent_worktrees where session_id = $1", session).OneAsync(row => (AgentId?)new AgentId(row.GetString(0)), cancellationToken);
}
