using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Accounts.Tokens;

internal sealed class AccessTokenStore(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>A browser that is not used for this long must log in again.</summary>
    public static readonly TimeSpan BrowserLife = TimeSpan.FromDays(90);

    private const string Known =
        """
        select token.id, token.kind, token.name, token.created_at, token.last_used_at, token.expires_at,
            person.id, person.display_name, person.is_administrator, person.created_at, token.agent_id
        from access_tokens token
        join users person on person.id = token.user_id
        where (token.expires_at is null or token.expires_at > $2) and person.disabled_at is null
        """;

    /// <summary>Null when no valid token has this secret, or its person may not come in any more.</summary>
    public Task<KnownToken?> FindAsync(Secret secret, CancellationToken cancellationToken) =>
        database.CommandFor($"{Known} and token.token_hash = $1", secret.Hash, clock.GetUtcNow()).OneAsync(ReadKnown, cancellationToken);

    /// <summary>The same, by the token's id.</summary>
    public Task<KnownToken?> FindAsync(AccessTokenId id, CancellationToken cancellationToken) =>
        database.CommandFor($"{Known} and token.id = $1", id, clock.GetUtcNow()).OneAsync(ReadKnown, cancellationToken);

    public async Task<(AccessToken Token, Secret Secret)> CreateAsync(
        UserId user, AccessTokenKind kind, string name, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var secret = Secret.New();
        var token =
            new AccessToken(AccessTokenId.New(clock), kind, name, clock.GetUtcNow(), LastUsedAt: null, expiresAt);
        await database.CommandFor(
            """
            insert into access_tokens (id, user_id, kind, name, token_hash, created_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            """,
            token.Id,
            user,
            Word(kind),
            name,
            secret.Hash,
            token.CreatedAt,
            expiresAt).RunAsync(cancellationToken);
        return (token, secret);
    }

    /// <summary>Remembers that it was used, and keeps a browser logged in for another while.</summary>
    public Task TouchAsync(AccessToken token, CancellationToken cancellationToken) =>
        database.CommandFor(
            "update access_tokens set last_used_at = $2, expires_at = coalesce($3::timestamptz, expires_at) where id = $1",
            token.Id,
            clock.GetUtcNow(),
            token.Kind == AccessTokenKind.Browser ? clock.GetUtcNow() + BrowserLife : null).RunAsync(cancellationToken);

    public Task<IReadOnlyList<AccessToken>> OfAsync(UserId user, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            select id, kind, name, created_at, last_used_at, expires_at
            from access_tokens
            where user_id = $1 and kind <> 'agent' and (expires_at is null or expires_at > $2)
            order by created_at
            """,
            user,
            clock.GetUtcNow()).AllAsync(Read, cancellationToken);

    /// <summary>False when the person has no such token.</summary>
    public async Task<bool> DeleteAsync(UserId user, AccessTokenId id, CancellationToken cancellationToken) =>
        await database.CommandFor("delete from access_tokens where id = $1 and user_id = $2", id, user)
            .RunAsync(cancellationToken) > 0;

    public Task DeleteNamedAsync(UserId user, string name, CancellationToken cancellationToken) =>
        database.CommandFor(
            "delete from access_tokens where user_id = $1 and kind = 'program' and name = $2", user, name).RunAsync(
                cancellationToken);

    private static KnownToken ReadKnown(NpgsqlDataReader row) => new(
        Read(row) with { AgentId = row.TextOrNull(10) }, new User(new UserId(row.GetString(6)), row.GetString(7), row.GetBoolean(8), row.Time(9)));

    private static AccessToken Read(NpgsqlDataReader row) => new(
        new AccessTokenId(row.GetString(0)),
        row.GetString(1) switch { "browser" => AccessTokenKind.Browser, "agent" => AccessTokenKind.Agent, _ => AccessTokenKind.Program },
        row.GetString(2),
        row.Time(3),
        row.TimeOrNull(4),
        row.TimeOrNull(5));

    private static string Word(AccessTokenKind kind) => kind == AccessTokenKind.Browser ? "browser" : "program";
}
