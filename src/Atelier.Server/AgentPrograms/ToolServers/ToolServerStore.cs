using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.Secrets;
using Npgsql;

namespace Atelier.Server.AgentPrograms.ToolServers;

/// <summary>Whose list of servers of tools it is: those of a program go to each of its agents, those of a repository to each agent that works in it.</summary>
internal readonly record struct ToolServersOf(string? Program, string? Repository);

/// <summary>Lists of servers of tools; sealed as a whole, as keys stand in them.</summary>
internal sealed class ToolServerStore(NpgsqlDataSource database, SealedSecrets secrets, TimeProvider clock)
{
    public async Task<IReadOnlyList<ToolServer>> ReadAsync(ToolServersOf of, CancellationToken cancellationToken) =>
        await database.CommandFor(
                "select servers from tool_servers where agent_program_id is not distinct from $1 and repository_id is not distinct from $2", of.Program, of.Repository)
            .OneAsync(row => row.GetFieldValue<byte[]>(0), cancellationToken) is { } kept
        && secrets.Open(kept) is { } text
            ? JsonSerializer.Deserialize<List<ToolServer>>(text) ?? []
            : [];

    public async Task SaveAsync(ToolServersOf of, IReadOnlyList<ToolServer> servers, UserId by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.CommandFor(
            "delete from tool_servers where agent_program_id is not distinct from $1 and repository_id is not distinct from $2", of.Program, of.Repository).RunAsync(cancellationToken);
        if (servers.Count > 0)
        {
            await connection.CommandFor(
                "insert into tool_servers (agent_program_id, repository_id, servers, changed_by, changed_at) values ($1, $2, $3, $4, $5)",
                of.Program,
                of.Repository,
                secrets.Seal(JsonSerializer.Serialize(servers)),
                by,
                clock.GetUtcNow()).RunAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
