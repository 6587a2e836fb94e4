using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Inbox.Notifications;

/// <summary>What is to be told outside of the page, as rows: written with the item, so that no restart loses one.</summary>
internal static class NotificationRows
{
    /// <summary>What is to be told to a person of an item of theirs, if they want it; once per item.</summary>
    public static NpgsqlBatchCommand Insert(InboxItem item, UserId user, DateTimeOffset now) => Sql.BatchCommandFor(
        """
        insert into notifications (item_id, user_id, next_at, created_at)
        select $1, user_id, $3, $3 from notification_settings where user_id = $2 and webhook and $4 = any(kinds)
        on conflict (item_id, user_id) do nothing
        """,
        item.Id,
        user,
        now,
        item.Kind.Word());
}
