using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Accounts.Users;

internal sealed record Invite(InviteId Id, string? DisplayName, DateTimeOffset ExpiresAt);

/// <summary>Links by which somebody joins, once.</summary>
internal sealed class InviteStore(NpgsqlDataSource database, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public async Task<(Invite Invite, Secret Code)> CreateAsync(
        UserId invitedBy, string? displayName, CancellationToken cancellationToken)
    {
        var code = Secret.New();
        var now = clock.GetUtcNow();
        var invite = new Invite(InviteId.New(clock), displayName, now + Life);
        await database.CommandFor(
            """
            insert into invites (id, code_hash, display_name, invited_by, created_at, expires_at)
            values ($1, $2, $3, $4, $5, $6)
            """,
            invite.Id,
            code.Hash,
            displayName,
            invitedBy,
            now,
            invite.ExpiresAt).RunAsync(cancellationToken);
        return (invite, code);
    }

    /// <summary>Those that can still be accepted.</summary>
    public Task<IReadOnlyList<Invite>> OpenAsync(CancellationToken cancellationToken) =>
        database.CommandFor(
            "select id, display_name, expires_at from invites where accepted_at is null and expires_at > $1 order by created_at",
            clock.GetUtcNow()).AllAsync(Read, cancellationToken);

    /// <summary>Makes the account, once; null when the link is not valid (any more).</summary>
    /// <param name="code">From the link.</param>
    /// <param name="displayName">What the person wants to be called; null for what the invite says.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<User?> AcceptAsync(Secret code, string? displayName, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            with accepted as (
                update invites set accepted_at = $2
                where code_hash = $1 and accepted_at is null and expires_at > $2
                returning id, display_name
            ), person as (
                insert into users (id, display_name, is_administrator, created_at, claimed_at)
                select $3, coalesce($4::text, display_name, 'New person'), false, $2, $2 from accepted
                returning id, display_name, is_administrator, created_at
            )
            select id, display_name, is_administrator, created_at from person
            """,
            code.Hash,
            clock.GetUtcNow(),
            UserId.New(clock),
            displayName).OneAsync(
                row => new User(new UserId(row.GetString(0)), row.GetString(1), row.GetBoolean(2), row.Time(3)),
                cancellationToken);

    /// <summary>False when there is no such open invite.</summary>
    public async Task<bool> WithdrawAsync(InviteId id, CancellationToken cancellationToken) =>
        await database.CommandFor("delete from invites where id = $1 and accepted_at is null", id)
            .RunAsync(cancellationToken) > 0;

    private static Invite Read(NpgsqlDataReader row) =>
        new(new InviteId(row.GetString(0)), row.TextOrNull(1), row.Time(2));
}
