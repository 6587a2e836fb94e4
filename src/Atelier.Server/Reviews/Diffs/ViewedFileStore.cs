using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Reviews.Diffs;

/// <summary>What each person has looked at.</summary>
internal sealed class ViewedFileStore(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>By path, the difference that was looked at.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(AgentId agent, UserId user, CancellationToken cancellationToken) =>
        (await database.CommandFor("select path, hash from viewed_files where agent_id = $1 and user_id = $2", agent, user)
            .AllAsync(row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken)).ToDictionary(StringComparer.Ordinal);

    public Task MarkAsync(AgentId agent, UserId user, string path, string hash, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            insert into viewed_files (agent_id, user_id, path, hash, at) values ($1, $2, $3, $4, $5)
            on conflict (agent_id, user_id, path) do update set hash = excluded.hash, at = excluded.at
            """,
            agent,
            user,
            path,
            hash,
            clock.GetUtcNow()).RunAsync(cancellationToken);

    public Task UnmarkAsync(AgentId agent, UserId user, string path, CancellationToken cancellationToken) =>
        database.CommandFor("delete from viewed_files where agent_id = $1 and user_id = $2 and path = $3", agent, user, path).RunAsync(cancellationToken);
}
