using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Accounts.Login;

/// <summary>Links that log a person in once.</summary>
internal sealed class LoginLinkStore(NpgsqlDataSource database, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    public async Task<(Secret Code, DateTimeOffset ExpiresAt)> CreateAsync(
        UserId user, CancellationToken cancellationToken)
    {
        var code = Secret.New();
        var now = clock.GetUtcNow();
        await database.CommandFor(
            """
            with old as (
                delete from login_links where expires_at < $3
            )
            insert into login_links (code_hash, user_id, created_at, expires_at) values ($1, $2, $3, $4)
            """,
            code.Hash,
            user,
            now,
            now + Life).RunAsync(cancellationToken);
        return (code, now + Life);
    }

    /// <summary>
    /// Uses a link up; null when it is not valid (any more). The account counts as claimed from now on.
    /// </summary>
    public Task<User?> UseAsync(Secret code, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            with used as (
                update login_links set used_at = $2
                where code_hash = $1 and used_at is null and expires_at > $2
                returning user_id
            )
            update users set claimed_at = coalesce(claimed_at, $2)
            from used
            where users.id = used.user_id and users.disabled_at is null
            returning users.id, users.display_name, users.is_administrator, users.created_at
            """,
            code.Hash,
            clock.GetUtcNow()).OneAsync(
                row => new User(new UserId(row.GetString(0)), row.GetString(1), row.GetBoolean(2), row.Time(3)),
                cancellationToken);
}
