using System.Collections.Immutable;
using System.Text.Json;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.ModelProviders;
using Npgsql;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>The rows of an agent's built-in threads and of its notes: how each is written, and how they are read back.</summary>
internal static class BuiltInRows
{
    private const string StepColumns = "id, work_session_id, seq, turn_id, state, tries, failures, has_spoken, content, created_at, kind";

    /// <summary>What writes the rows that are different.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Changes(Agent? before, Agent after)
    {
        if (after.Notes != (before?.Notes ?? ""))
        {
            yield return Sql.BatchCommandFor(
                "insert into agent_notes (agent_id, text) values ($1, $2) on conflict (agent_id) do update set text = excluded.text", after.Id, after.Notes);
        }

        foreach (var thread in after.BuiltIn)
        {
            var was = before?.BuiltInOf(thread.WorkSessionId);
            if (ReferenceEquals(was, thread))
            {
                continue;
            }

            yield return Save(thread);
            foreach (var step in thread.Steps.Where(step => was is null || !was.Steps.Exists(one => ReferenceEquals(one, step))))
            {
                yield return Save(thread.WorkSessionId, step);
            }

            foreach (var (path, hash) in thread.Seen.Where(file => was?.Seen.GetValueOrDefault(file.Key) != file.Value))
            {
                yield return Sql.BatchCommandFor(
                    "insert into built_in_seen_files (work_session_id, path, hash) values ($1, $2, $3) on conflict (work_session_id, path) do update set hash = excluded.hash",
                    thread.WorkSessionId,
                    path.Kept(),
                    hash);
            }
        }
    }

    /// <summary>The agent with what its rows have of that.</summary>
    public static async Task<Agent> WithAsync(Agent agent, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var notes = await database.CommandFor("select text from agent_notes where agent_id = $1", agent.Id).OneAsync(row => row.GetString(0), cancellationToken);
        if (agent.WorkSessions.TrueForAll(one => one.Type == AgentType.ZedAgent))
        {
            return agent with { Notes = notes ?? "" };
        }

        var mine = "work_session_id in (select id from work_sessions where agent_id = $1)";
        var steps = (await database.CommandFor(
            $"""
            select {StepColumns} from built_in_steps step where {mine}
                and seq >= (select max(seq) from built_in_steps where work_session_id = step.work_session_id and kind <> 'call') order by seq
            """,
            agent.Id).AllAsync(row => (Of: new WorkSessionId(row.GetString(1)), Step: ReadStep(row)), cancellationToken)).ToLookup(one => one.Of, one => one.Step);
        var seen = (await database.CommandFor($"select work_session_id, path, hash from built_in_seen_files where {mine}", agent.Id)
            .AllAsync(row => (Of: new WorkSessionId(row.GetString(0)), File: KeyValuePair.Create(row.GetString(1), row.GetString(2))), cancellationToken)).ToLookup(one => one.Of, one => one.File);
        var threads = await database.CommandFor(
            $"""
            select work_session_id, mode, provider_id, is_held, last_seq, turn_answers, turn_tokens, created_at from built_in_threads where {mine} order by created_at, work_session_id
            """,
            agent.Id).AllAsync(ReadThread, cancellationToken);
        return agent with
        {
            Notes = notes ?? "",
            BuiltIn = [.. threads.Select(thread => thread with
            {
                Steps = [.. steps[thread.WorkSessionId]],
                Seen = thread.Seen.AddRange(seen[thread.WorkSessionId]),
            })],
        };
    }

    /// <summary>The conversation of a work session, from what was summed up last, with the prompts of its turns.</summary>
    public static Task<IReadOnlyList<(BuiltInStep Step, string Prompt)>> ConversationAsync(NpgsqlDataSource database, WorkSessionId workSession, CancellationToken cancellationToken) =>
        database.CommandFor(
            $"""
            select {string.Join(", ", StepColumns.Split(", ").Select(column => $"step.{column}"))}, turns.content from built_in_steps step join turns on turns.id = step.turn_id
            where step.work_session_id = $1 and seq >= (select coalesce(max(seq), 0) from built_in_steps
                where work_session_id = $1 and built_in_steps.state = 'done' and built_in_steps.kind = 'summary') order by seq
            """,
            workSession).AllAsync(row => (ReadStep(row), row.GetString(11)), cancellationToken);

    private static NpgsqlBatchCommand Save(BuiltInThread one) => Sql.BatchCommandFor(
        """
        insert into built_in_threads (work_session_id, mode, provider_id, is_held, last_seq, turn_answers, turn_tokens, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (work_session_id) do update set mode = excluded.mode, provider_id = excluded.provider_id, is_held = excluded.is_held, last_seq = excluded.last_seq,
            turn_answers = excluded.turn_answers, turn_tokens = excluded.turn_tokens
        """,
        one.WorkSessionId,
        one.Mode.Word(),
        one.ProviderId,
        one.IsHeld,
        one.LastSeq,
        one.TurnAnswers,
        one.TurnTokens,
        one.CreatedAt);

    private static NpgsqlBatchCommand Save(WorkSessionId workSession, BuiltInStep one) => Sql.BatchCommandFor(
        $"""
        insert into built_in_steps ({StepColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11)
        on conflict (id) do update set state = excluded.state, tries = excluded.tries, failures = excluded.failures, has_spoken = excluded.has_spoken, content = excluded.content
        """,
        one.Id,
        workSession,
        one.Seq,
        one.TurnId,
        one.State.Word(),
        one.Tries,
        one.Failures,
        one.HasSpoken,
        JsonSerializer.Serialize(one.Content),
        one.CreatedAt,
        KindOf(one.Content));

    private static string KindOf(StepContent content) => content switch
    {
        StepContent.Prompt => "prompt",
        StepContent.Answer => "answer",
        StepContent.Call => "call",
        StepContent.Summary => "summary",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static BuiltInThread ReadThread(NpgsqlDataReader row) => new()
    {
        WorkSessionId = new WorkSessionId(row.GetString(0)),
        Mode = AgentWords.Of<BuiltInMode>(row.GetString(1)),
        ProviderId = row.TextOrNull(2) is { } provider ? new ModelProviderId(provider) : null,
        IsHeld = row.GetBoolean(3),
        LastSeq = row.GetInt64(4),
        TurnAnswers = row.GetInt32(5),
        TurnTokens = row.GetInt64(6),
        CreatedAt = row.Time(7),
    };

    private static BuiltInStep ReadStep(NpgsqlDataReader row) => new()
    {
        Id = new StepId(row.GetString(0)),
        Seq = row.GetInt64(2),
        TurnId = new TurnId(row.GetString(3)),
        State = AgentWords.Of<StepState>(row.GetString(4)),
        Tries = row.GetInt32(5),
        Failures = row.GetInt32(6),
        HasSpoken = row.GetBoolean(7),
        Content = JsonSerializer.Deserialize<StepContent>(row.GetString(8)) ?? throw new InvalidOperationException("A step that was stored is empty."),
        CreatedAt = row.Time(9),
    };
}
