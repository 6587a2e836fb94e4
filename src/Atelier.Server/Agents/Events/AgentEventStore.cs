using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Agents.Events;

/// <summary>Events as rows; written with the change they tell of, never changed.</summary>
internal sealed class AgentEventStore(NpgsqlDataSource database)
{
    public const int PageSize = 500;

    /// <summary>Events after a number, at most a page.</summary>
    public Task<IReadOnlyList<AgentEvent>> AfterAsync(AgentId agent, long seq, int most, CancellationToken cancellationToken) =>
        database.CommandFor(
            "select seq, at, kind, work_session_id, turn_id, payload from agent_events where agent_id = $1 and seq > $2 order by seq limit $3",
            agent,
            seq,
            most).AllAsync(Read, cancellationToken);

    /// <summary>Events of one work session, and those of none, after a number and up to another, at most a page.</summary>
    public Task<IReadOnlyList<AgentEvent>> OfWorkSessionAsync(AgentId agent, WorkSessionId workSession, long after, long to, int most, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            select seq, at, kind, work_session_id, turn_id, payload from agent_events
            where agent_id = $1 and seq > $3 and seq <= $4 and (work_session_id = $2 or work_session_id is null) order by seq limit $5
            """,
            agent,
            workSession,
            after,
            to,
            most).AllAsync(Read, cancellationToken);

    /// <summary>The last events before a number, at most a page, in their order.</summary>
    public async Task<IReadOnlyList<AgentEvent>> BeforeAsync(AgentId agent, long seq, int most, CancellationToken cancellationToken) =>
    [
        .. (await database.CommandFor(
            "select seq, at, kind, work_session_id, turn_id, payload from agent_events where agent_id = $1 and seq < $2 order by seq desc limit $3",
            agent,
            seq,
            most).AllAsync(Read, cancellationToken)).Reverse(),
    ];

    public Task<long> LastAsync(AgentId agent, CancellationToken cancellationToken) =>
        database.CommandFor("select last_seq from agents where id = $1", agent).OneAsync(row => row.GetInt64(0), cancellationToken);

    /// <summary>The statement that writes events, in the caller's transaction.</summary>
    public static NpgsqlBatchCommand Insert(AgentId agent, IReadOnlyList<AgentEvent> events)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into agent_events (agent_id, seq, at, kind, work_session_id, turn_id, payload)
            select $1, seq, $2, kind, work_session_id, turn_id, payload::json
            from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[]) as added (seq, kind, work_session_id, turn_id, payload)
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = agent.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = events[0].At.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter { Value = events.Select(one => one.Seq).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = events.Select(one => one.What.Kind).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = events.Select(one => one.What.WorkSessionId?.Value).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = events.Select(one => one.What.TurnId?.Value).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = events.Select(one => one.What.Payload).ToArray() });
        return command;
    }

    private static AgentEvent Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.Time(1),
        new EventDraft(
            row.GetString(2),
            row.TextOrNull(3) is { } workSession ? new WorkSessionId(workSession) : null,
            row.TextOrNull(4) is { } turn ? new TurnId(turn) : null,
            row.GetString(5)));
}
