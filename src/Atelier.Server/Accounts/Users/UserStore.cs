using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Accounts.Users;

internal sealed class UserStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns = "id, display_name, is_administrator, created_at";

    // Locked, so that two administrators who remove each other leave one.
    private const string LockedAdministrators =
        "administrators as (select id from users where is_administrator and disabled_at is null order by id for update)";

    public Task<IReadOnlyList<User>> AllAsync(CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from users where disabled_at is null order by created_at, id").AllAsync(
            Read, cancellationToken);

    /// <summary>The administrator who has been here longest; null when there is nobody yet.</summary>
    public Task<User?> FirstAdministratorAsync(CancellationToken cancellationToken) =>
        database.CommandFor(
            $"select {Columns} from users where is_administrator and disabled_at is null order by created_at, id limit 1").OneAsync(
                Read, cancellationToken);

    /// <summary>Makes the first user, unless there is anybody.</summary>
    public async Task CreateFirstAsync(string displayName, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Two nodes may start on one new database.
        await connection.CommandFor("lock table users in share row exclusive mode").RunAsync(cancellationToken);
        await connection.CommandFor(
            """
            insert into users (id, display_name, is_administrator, created_at)
            select $1, $2, true, $3
            where not exists (select from users)
            """,
            UserId.New(clock),
            displayName,
            clock.GetUtcNow()).RunAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Whether any account has been taken by a person who came through a link.</summary>
    public Task<bool> AnyClaimedAsync(CancellationToken cancellationToken) =>
        database.CommandFor("select exists (select from users where claimed_at is not null)")
            .OneAsync(row => row.GetBoolean(0), cancellationToken);

    public Task<User?> RenameAsync(UserId id, string displayName, CancellationToken cancellationToken) =>
        database.CommandFor($"update users set display_name = $2 where id = $1 returning {Columns}", id, displayName)
            .OneAsync(Read, cancellationToken);

    /// <summary>Null when there is no such user, or nobody who may administrate would be left.</summary>
    public Task<User?> SetAdministratorAsync(UserId id, bool isAdministrator, CancellationToken cancellationToken) =>
        database.CommandFor(
            $"""
            with {LockedAdministrators}
            update users set is_administrator = $2
            where id = $1 and disabled_at is null and ($2 or exists (select from administrators where administrators.id <> $1))
            returning {Columns}
            """,
            id,
            isAdministrator).OneAsync(Read, cancellationToken);

    /// <summary>
    /// Closes an account: nothing that proves who they are is accepted any more; what they did keeps their name. False
    /// as for administrators.
    /// </summary>
    public async Task<bool> CloseAsync(UserId id, CancellationToken cancellationToken) =>
        await database.CommandFor(
            $"""
            with {LockedAdministrators}, closed as (
                update users set disabled_at = $2
                where id = $1 and disabled_at is null and exists (select from administrators where administrators.id <> $1)
                returning id
            ), tokens as (
                delete from access_tokens where user_id in (select id from closed)
            ), links as (
                delete from login_links where user_id in (select id from closed)
            )
            select id from closed
            """,
            id,
            clock.GetUtcNow()).OneAsync(row => row.GetString(0), cancellationToken) is not null;

    private static User Read(NpgsqlDataReader row) =>
        new(new UserId(row.GetString(0)), row.GetString(1), row.GetBoolean(2), row.Time(3));
}
