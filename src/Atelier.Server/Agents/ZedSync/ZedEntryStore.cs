using Atelier.Server.Agents.Threads;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Entries as rows; written with the events that tell them.</summary>
internal sealed class ZedEntryStore(NpgsqlDataSource database)
{
    /// <summary>All entries of an agent.</summary>
    public Task<IReadOnlyList<ZedEntry>> OfAsync(AgentId agent, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            select thread_id, zed_thread_id, request_id, message_id, kind, length, hash, parts, title, status from zed_entries
            where thread_id in (
                select zed_thread_mappings.id from zed_thread_mappings join work_sessions on work_sessions.id = work_session_id where work_sessions.agent_id = $1)
            """,
            agent).AllAsync(Read, cancellationToken);

    /// <summary>The answer that a person gave to a question of a program; null when none was given.</summary>
    public Task<string?> AnswerAsync(AgentId agent, string programRequestId, CancellationToken cancellationToken) =>
        database.CommandFor(
            "select answer from agent_requests where agent_id = $1 and program_request_id = $2 and state = 'answered' and answer is not null order by created_at desc limit 1",
            agent,
            programRequestId).OneAsync(row => row.GetString(0), cancellationToken);

    /// <summary>The statement that writes an entry, in the caller's transaction.</summary>
    public static NpgsqlBatchCommand Save(ZedEntry entry) => Sql.BatchCommandFor(
        """
        insert into zed_entries (thread_id, zed_thread_id, request_id, message_id, kind, length, hash, parts, title, status) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (thread_id, zed_thread_id, request_id, message_id) do update set
            kind = excluded.kind, length = excluded.length, hash = excluded.hash, parts = excluded.parts, title = excluded.title, status = excluded.status
        """,
        entry.Key.ThreadId,
        entry.Key.ZedThreadId,
        entry.Key.RequestId,
        entry.Key.MessageId,
        entry.Kind.Word(),
        entry.Length,
        entry.Hash,
        entry.Parts,
        entry.Title,
        entry.Status);

    private static ZedEntry Read(NpgsqlDataReader row) => new(
        new ZedEntryKey(new ThreadId(row.GetString(0)), row.GetString(1), row.GetString(2), row.GetString(3)),
        AgentWords.Of<ZedEntryKind>(row.GetString(4)),
        row.GetInt32(5),
        row.GetString(6),
        row.GetInt32(7),
        row.TextOrNull(8),
        row.TextOrNull(9));
}
