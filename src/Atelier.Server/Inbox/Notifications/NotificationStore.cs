using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Inbox.Notifications;

/// <summary>Something that is to be told now.</summary>
/// <param name="Id">Its number; the same each time it is tried.</param>
/// <param name="Attempt">Which try it is, from 1.</param>
/// <param name="CreatedAt">Since when it is to be told.</param>
/// <param name="Item">What.</param>
/// <param name="Agent">The agent's title, or what it was asked.</param>
/// <param name="User">To whom.</param>
/// <param name="UserName">Their name.</param>
internal sealed record Notification(long Id, int Attempt, DateTimeOffset CreatedAt, InboxItem Item, string Agent, UserId User, string UserName);

/// <summary>What a person wants to be told outside of the page.</summary>
/// <param name="Webhook">Whether it is posted to the server's webhook.</param>
/// <param name="Kinds">Of these kinds.</param>
internal sealed record NotificationSettings(bool Webhook, IReadOnlyList<WaitKind> Kinds);

internal sealed class NotificationStore(NpgsqlDataSource database)
{
    /// <summary>Takes the next thing that is to be told, so that nobody else tries it before a while is over; null when there is none.</summary>
    /// <param name="now">The time.</param>
    /// <param name="retryAfter">The first while; it doubles with each attempt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Notification?> TakeAsync(DateTimeOffset now, TimeSpan retryAfter, CancellationToken cancellationToken) =>
        database.CommandFor(
            $"""
            with taken as (
                update notifications set attempts = attempts + 1, next_at = $1 + $2 * (2 ^ least(attempts, 16))
                where id = (select id from notifications where state = 'waiting' and next_at <= $1 order by next_at, id limit 1 for update skip locked)
                returning id, item_id, user_id, attempts, created_at)
            select {InboxRows.Columns}, taken.id, taken.attempts, taken.created_at, coalesce(agents.title, left(agents.task_request, 200)), users.id, users.display_name
            from taken join inbox_items on inbox_items.id = taken.item_id join agents on agents.id = inbox_items.agent_id join users on users.id = taken.user_id
            """,
            now,
            retryAfter).OneAsync(
                row => (Notification?)new Notification(row.GetInt64(16), row.GetInt32(17), row.Time(18), InboxRows.Read(row), row.GetString(19), new UserId(row.GetString(20)), row.GetString(21)),
                cancellationToken);

    public Task SentAsync(long id, CancellationToken cancellationToken) =>
        database.CommandFor("update notifications set state = 'sent', problem = null where id = $1", id).RunAsync(cancellationToken);

    /// <summary>An attempt came to nothing.</summary>
    /// <param name="id">Which.</param>
    /// <param name="problem">Why.</param>
    /// <param name="givesUp">Whether it is not tried again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task NotSentAsync(long id, string problem, bool givesUp, CancellationToken cancellationToken) =>
        database.CommandFor("update notifications set problem = $2, state = $3 where id = $1", id, problem, givesUp ? "given-up" : "waiting").RunAsync(cancellationToken);

    public async Task<NotificationSettings> SettingsAsync(UserId user, CancellationToken cancellationToken) =>
        await database.CommandFor("select webhook, kinds from notification_settings where user_id = $1", user)
            .OneAsync(row => new NotificationSettings(row.GetBoolean(0), [.. row.GetFieldValue<string[]>(1).Select(AgentWords.Of<WaitKind>)]), cancellationToken)
        ?? new NotificationSettings(Webhook: false, Enum.GetValues<WaitKind>());

    public Task SaveAsync(UserId user, NotificationSettings settings, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            insert into notification_settings (user_id, webhook, kinds) values ($1, $2, $3)
            on conflict (user_id) do update set webhook = excluded.webhook, kinds = excluded.kinds
            """,
            user,
            settings.Webhook,
            settings.Kinds.Select(kind => kind.Word()).ToArray()).RunAsync(cancellationToken);
}
