using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.News;
using Npgsql;
using NpgsqlTypes;

namespace Atelier.Server.Repositories;

/// <summary>A person's role in a repository.</summary>
internal sealed record Member(UserId UserId, string DisplayName, Role Role);

internal sealed class RepositoryStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns =
        "id, owner, name, provider, host_id, path, url, default_branch, status, problem, setup_command, template_files, copy_files, created_at";

    public Task<IReadOnlyList<Repository>> AllAsync(CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from repositories order by owner, name, id").AllAsync(Read, cancellationToken);

    public Task<Repository?> FindAsync(RepositoryId id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from repositories where id = $1", id).OneAsync(Read, cancellationToken);

    public Task<Repository?> AtAsync(HostId host, string path, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from repositories where host_id = $1 and path = $2", host, path).OneAsync(Read, cancellationToken);

    /// <summary>Clones of an address that did not come about, the oldest first.</summary>
    public Task<IReadOnlyList<Repository>> FailedAsync(HostId host, string url, CancellationToken cancellationToken) =>
        database.CommandFor(
            $"select {Columns} from repositories where host_id = $1 and url = $2 and provider = 'git' and status = 'failed' order by created_at, id",
            host,
            url).AllAsync(Read, cancellationToken);

    /// <summary>Marks a failed clone as under way again, added now; null when it is not failed any more.</summary>
    public async Task<Repository?> TryAgainAsync(RepositoryId id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var repository = await connection.CommandFor(
            $"update repositories set status = 'cloning', problem = null, created_at = $2 where id = $1 and status = 'failed' returning {Columns}",
            id,
            now).OneAsync(Read, cancellationToken);
        await connection.TellAsync(NewsLog.RepositoryChanged, id.Value, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return repository;
    }

    public async Task SaveAsync(Repository repository, UserId? creator, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await SaveAsync(connection, repository, creator, cancellationToken);
        await connection.TellAsync(NewsLog.RepositoryChanged, repository.Id.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes within the caller's transaction, who tells the news.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="repository">As it is to be.</param>
    /// <param name="creator">Who adds it, and owns it; null to change one that is there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task SaveAsync(NpgsqlConnection connection, Repository repository, UserId? creator, CancellationToken cancellationToken)
    {
        await using (var command = connection.CommandFor(
            creator is null
                ? """
                update repositories set owner = $2, name = $3, path = $6, url = $7, default_branch = $8, status = $9, problem = $10, setup_command = $11,
                    template_files = $12, copy_files = $13
                where id = $1 and provider = $4 and host_id = $5 and created_at = $14
                """
                : $"insert into repositories ({Columns}, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            [
                repository.Id, repository.Owner, repository.Name, repository.Provider, repository.HostId, repository.Path, repository.Url,
                repository.DefaultBranch, repository.Status.ToString().ToLowerInvariant(), repository.Problem, repository.SetupCommand,
                JsonSerializer.Serialize(repository.TemplateFiles), repository.CopyFiles.ToArray(), repository.CreatedAt,
                .. creator is { } by ? new object?[] { by } : [],
            ]))
        {
            command.Parameters[11].NpgsqlDbType = NpgsqlDbType.Jsonb;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        if (creator is { } owner)
        {
            await connection.CommandFor(
                "insert into repository_members (repository_id, user_id, role) values ($1, $2, 'owner')", repository.Id, owner).RunAsync(cancellationToken);
        }
    }

    /// <summary>Forgets a repository; false when sessions still work on it.</summary>
    public async Task<bool> DeleteAsync(RepositoryId id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.CommandFor("delete from repositories where id = $1", id).RunAsync(cancellationToken);
        }
        catch (PostgresException inUse) when (inUse.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }

        await connection.TellAsync(NewsLog.RepositoryRemoved, id.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Whether the sample repository was made once, or was not needed.</summary>
    public Task<bool> SampleWasOfferedAsync(CancellationToken cancellationToken) =>
        database.CommandFor("select exists (select from sample_offer)").OneAsync(row => row.GetBoolean(0), cancellationToken);

    public Task SampleOfferedAsync(CancellationToken cancellationToken) =>
        database.CommandFor("insert into sample_offer (offered_at) values ($1) on conflict do nothing", clock.GetUtcNow()).RunAsync(cancellationToken);

    public Task<Role?> RoleOfAsync(RepositoryId id, UserId user, CancellationToken cancellationToken) =>
        database.CommandFor("select role from repository_members where repository_id = $1 and user_id = $2", id, user)
            .OneAsync(row => (Role?)Enum.Parse<Role>(row.GetString(0), ignoreCase: true), cancellationToken);

    /// <summary>A person's roles in all repositories that they are a member of.</summary>
    public async Task<IReadOnlyDictionary<RepositoryId, Role>> RolesOfAsync(UserId user, CancellationToken cancellationToken) =>
        (await database.CommandFor("select repository_id, role from repository_members where user_id = $1", user)
            .AllAsync(row => (Id: new RepositoryId(row.GetString(0)), Role: Enum.Parse<Role>(row.GetString(1), ignoreCase: true)), cancellationToken))
        .ToDictionary(one => one.Id, one => one.Role);

    /// <summary>The highest of a person's roles in all repositories; null when they are a member of none.</summary>
    public async Task<Role?> HighestRoleOfAsync(UserId user, CancellationToken cancellationToken) =>
        (await database.CommandFor("select distinct role from repository_members where user_id = $1", user)
            .AllAsync(row => (Role?)Enum.Parse<Role>(row.GetString(0), ignoreCase: true), cancellationToken)).Max();

    public Task<IReadOnlyList<Member>> MembersAsync(RepositoryId id, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            select m.user_id, u.display_name, m.role from repository_members m join users u on u.id = m.user_id
            where m.repository_id = $1 order by u.display_name, u.id
            """,
            id).AllAsync(
                row => new Member(new UserId(row.GetString(0)), row.GetString(1), Enum.Parse<Role>(row.GetString(2), ignoreCase: true)), cancellationToken);

    /// <summary>Replaces all members; false when a user is not there.</summary>
    public async Task<bool> SetMembersAsync(RepositoryId id, IReadOnlyDictionary<UserId, Role> members, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.CommandFor("delete from repository_members where repository_id = $1", id).RunAsync(cancellationToken);
        try
        {
            foreach (var (user, role) in members)
            {
                await connection.CommandFor(
                    "insert into repository_members (repository_id, user_id, role) values ($1, $2, $3)", id, user, role.ToString().ToLowerInvariant()).RunAsync(cancellationToken);
            }
        }
        catch (PostgresException unknown) when (unknown.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }

        await connection.TellAsync(NewsLog.RepositoryChanged, id.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static Repository Read(NpgsqlDataReader row) => new()
    {
        Id = new RepositoryId(row.GetString(0)),
        Owner = row.GetString(1),
        Name = row.GetString(2),
        Provider = row.GetString(3),
        HostId = new HostId(row.GetString(4)),
        Path = row.TextOrNull(5),
        Url = row.TextOrNull(6),
        DefaultBranch = row.TextOrNull(7),
        Status = Enum.Parse<RepositoryStatus>(row.GetString(8), ignoreCase: true),
        Problem = row.TextOrNull(9),
        SetupCommand = row.TextOrNull(10),
        TemplateFiles = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(11)) ?? [],
        CopyFiles = row.GetFieldValue<string[]>(12),
        CreatedAt = row.Time(13),
    };
}
