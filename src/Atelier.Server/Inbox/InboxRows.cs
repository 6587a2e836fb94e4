using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Inbox.Notifications;
using Atelier.Server.Infrastructure.Database;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Inbox;

/// <summary>Items as rows, written in the transaction of the change that they come from, with what is to be told of them outside of the page.</summary>
internal sealed class InboxRows(IOptions<InboxOptions> options) : IAgentChangeRows
{
    public const string Columns =
        """
        inbox_items.id, inbox_items.agent_id, inbox_items.work_session_id, inbox_items.turn_id, inbox_items.request_id, inbox_items.repository_id, inbox_items.kind, inbox_items.state,
        inbox_items.title, inbox_items.summary, inbox_items.expires_at, inbox_items.created_at, inbox_items.rule_id, inbox_items.answer, inbox_items.answered_by, inbox_items.answered_at
        """;

    public IEnumerable<AgentChangeRow> Of(AgentChange change)
    {
        foreach (var item in InboxChanges.Of(change))
        {
            yield return new AgentChangeRow(Save(item), item.Id.Value);
            if (item.State == InboxState.Open && options.Value.WebhookUrl is not null)
            {
                yield return new AgentChangeRow(NotificationRows.Insert(item, change.Agent.UserId, change.Now), SubjectId: null);
            }
        }
    }

    public static InboxItem Read(NpgsqlDataReader row) => new(
        new InboxItemId(row.GetString(0)),
        new AgentId(row.GetString(1)),
        row.TextOrNull(2) is { } workSession ? new WorkSessionId(workSession) : null,
        row.TextOrNull(3) is { } turn ? new TurnId(turn) : null,
        row.TextOrNull(4) is { } request ? new RequestId(request) : null,
        row.TextOrNull(5),
        AgentWords.Of<WaitKind>(row.GetString(6)),
        AgentWords.Of<InboxState>(row.GetString(7)),
        row.GetString(8),
        row.TextOrNull(9),
        row.TimeOrNull(10),
        row.Time(11))
    {
        RuleId = row.TextOrNull(12),
        Answer = row.TextOrNull(13),
        AnsweredBy = row.TextOrNull(14) is { } user ? new UserId(user) : null,
        AnsweredAt = row.TimeOrNull(15),
    };

    /// <summary>One that is closed keeps what it said; one that waits again, because what a person went on with was taken back, is open again.</summary>
    private static NpgsqlBatchCommand Save(InboxItem item) => Sql.BatchCommandFor(
        """
        insert into inbox_items (id, agent_id, work_session_id, turn_id, request_id, repository_id, kind, state, title, summary, expires_at, created_at, rule_id, answer, answered_by, answered_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        on conflict (id) do update set state = excluded.state, expires_at = excluded.expires_at, rule_id = excluded.rule_id, answer = excluded.answer, answered_by = excluded.answered_by,
            answered_at = excluded.answered_at
        """,
        item.Id,
        item.AgentId,
        item.WorkSessionId,
        item.TurnId,
        item.RequestId,
        item.RepositoryId,
        item.Kind.Word(),
        item.State.Word(),
        item.Title,
        item.Summary,
        item.ExpiresAt,
        item.CreatedAt,
        item.RuleId,
        item.Answer,
        item.AnsweredBy,
        item.AnsweredAt);
}
