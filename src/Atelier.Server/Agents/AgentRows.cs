using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Npgsql;
using static Atelier.Server.Agents.AgentRowReading;

namespace Atelier.Server.Agents;

/// <summary>The rows of an agent: how each is written, and how they are read back.</summary>
internal sealed class AgentRows(NpgsqlDataSource database)
{
    /// <summary>What project_path holds; the path itself stands in agent_worktrees, whole.</summary>
    private const int MaxProjectPathLength = 500;

    public const string AgentColumns =
        $"""
        agents.id, user_id, title, task_request, status, problem, agent_program_id, repository_owner, repository_name, archived_at, last_seq, agents.created_at, revision,
            completed_at, (select coalesce(max(position), 0) from turns where turns.agent_id = agents.id), {PlaceColumns}, landed_at, base_conflicts, budget, spending, protocol, zed_agent
        """;

    public const string WorkSessionColumns = "id, name, agent_type, status, position, created_at, started_at, completed_at, reviewed_at";

    private const string PlaceColumns = "agent_worktrees.repository_id, agent_worktrees.host_id, agent_worktrees.session_id, agent_worktrees.branch, agent_worktrees.base_branch, agent_worktrees.path";

    public const string InstanceColumns =
        "id, status, worker_id, epoch, is_started, is_unwanted, ended_epoch, sequence, log_offset, opening_sequence, abilities, reached_at, disconnected_at, problem, created_at, last_activity_at, login, conversations";

    private const string ThreadColumns = $"{ThreadState}, thread_config, settings, setting_sent, created_at, last_activity_at, takes_up";

    /// <summary>A thread without what its program offers.</summary>
    public const string ThreadColumnsWithoutSettings = $"{ThreadState}, null, null, null, created_at, last_activity_at, takes_up";

    private const string ThreadState =
        "id, work_session_id, status, zed_thread_id, open_epoch, opening_sequence, opening, is_retelling, needs_history, is_held";

    /// <summary>Turns that an owner keeps of agents: those that are not over, and of each work session the last one that came to something.</summary>
    public const string KeptTurns =
        """
        (state in ('queued', 'sent', 'running') or id in (
            select distinct on (work_session_id) id from turns where agent_id = any($1) and (state in ('done', 'failed') or (state = 'cancelled' and dispatched_at is not null))
            order by work_session_id, finished_at desc, position desc))
        """;

    private const string TurnColumns = $"id, work_session_id, position, content, {TurnColumnsAfterContent}";

    /// <summary>A turn without what was asked.</summary>
    public const string TurnColumnsWithoutContent = $"id, work_session_id, position, '[]'::json, {TurnColumnsAfterContent}";

    private const string TurnColumnsAfterContent =
        "state, attempt, idempotency_key, created_by, created_at, dispatched_at, last_event_at, finished_at, cancel_requested_at, is_cancel_sent, epoch, sequence, stop_reason, problem";

    public const string RequestColumns =
        "id, epoch, program_request_id, work_session_id, turn_id, what, payload, state, answer, answered_by, is_answer_sent, created_at, answered_at, expires_at, rule_id";

    private const string TerminalColumns = "id, epoch, output_byte_limit, created_at, released_at, is_ended, is_forgotten";

    /// <param name="agent">A new agent.</param>
    /// <param name="seq">Number of its last event.</param>
    /// <param name="idempotencyKey">The client's name for the request; null when it gave none.</param>
    public static NpgsqlBatchCommand Insert(Agent agent, long seq, string? idempotencyKey) => Sql.BatchCommandFor(
        """
        insert into agents (id, user_id, title, task_request, status, problem, agent_program_id, repository_id, repository_owner, repository_name, base_branch, branch,
            archived_at, last_seq, created_at, updated_at, completed_at, budget, spending, idempotency_key, protocol, zed_agent)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16, $17::json, $18::json, $19, $20, $21)
        """,
        agent.Id,
        agent.UserId,
        agent.Title,
        agent.TaskRequest,
        agent.Status.Word(),
        agent.Problem,
        agent.ProgramId,
        agent.Place?.RepositoryId,
        agent.Place?.Owner,
        agent.Place?.Name,
        agent.Place?.BaseBranch,
        agent.Place?.Branch,
        agent.ArchivedAt,
        seq,
        agent.CreatedAt,
        agent.CompletedAt,
        Budget(agent),
        Spending(agent),
        idempotencyKey,
        agent.Protocol.Word(),
        agent.ZedAgent);

    public static NpgsqlBatchCommand InsertPlace(Agent agent, AgentPlaceRow place) => Sql.BatchCommandFor(
        """
        insert into agent_worktrees (agent_id, repository_id, session_id, host_id, branch, base_branch, path, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        agent.Id,
        place.RepositoryId,
        place.SessionId,
        place.HostId,
        place.Branch,
        place.BaseBranch,
        place.Path,
        agent.CreatedAt);

    /// <summary>Writes the agent's own row, if nobody has changed it meanwhile.</summary>
    public static NpgsqlBatchCommand Update(Agent agent, long revision, long seq, DateTimeOffset now) => Sql.BatchCommandFor(
        """
        update agents set title = $3, status = $4, problem = $5, archived_at = $6, completed_at = $7, last_seq = $8, updated_at = $9, landed_at = $10, base_conflicts = $11,
            budget = $12::json, spending = $13::json, revision = revision + 1
        where id = $1 and revision = $2
        """,
        agent.Id,
        revision,
        agent.Title,
        agent.Status.Word(),
        agent.Problem,
        agent.ArchivedAt,
        agent.CompletedAt,
        seq,
        now,
        agent.LandedAt,
        agent.BaseConflicts,
        Budget(agent),
        Spending(agent));

    /// <summary>What writes the rows beside the agent's own that are different.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Changes(Agent? before, Agent after)
    {
        if (before is not null && after.Place is { Path: not null } place && before.Place?.Path != place.Path)
        {
            yield return Sql.BatchCommandFor("update agent_worktrees set path = $3 where agent_id = $1 and repository_id = $2", after.Id, place.RepositoryId, place.Path);
        }

        foreach (var workSession in after.WorkSessions.Where(one => !ReferenceEquals(before?.Find(one.Id), one)))
        {
            yield return Save(after.Id, workSession);
        }

        if (after.Instance is { } instance && !ReferenceEquals(before?.Instance, instance))
        {
            yield return Save(after, instance);
            if (before?.Instance?.EndedEpoch < instance.EndedEpoch)
            {
                yield return AgentTokens.End(after.Id.Value, instance.EndedEpoch);
                yield return Sql.BatchCommandFor("delete from agent_commands where instance_id = $1 and epoch <= $2", instance.Id, instance.EndedEpoch);
            }
        }

        // A conversation may go over to another thread, and has one at a time: who loses it comes first.
        foreach (var thread in after.Threads.Where(one => before is null || !before.Threads.Exists(was => ReferenceEquals(was, one))).OrderBy(one => one.ProgramThreadId is not null))
        {
            yield return Save(after, thread);
        }

        // One turn at a time is in flight: who lands comes first.
        foreach (var turn in after.Turns.Where(one => !ReferenceEquals(before?.Find(one.Id), one)).OrderBy(turn => turn.IsInFlight))
        {
            yield return Save(after.Id, turn);
        }

        foreach (var command in BuiltInRows.Changes(before, after))
        {
            yield return command;
        }

        foreach (var request in after.Requests.Where(one => before is null || !before.Requests.Exists(was => ReferenceEquals(was, one))))
        {
            yield return Save(after, request);
        }

        foreach (var terminal in after.Terminals.Where(one => before is null || !before.Terminals.Exists(was => ReferenceEquals(was, one))))
        {
            yield return Save(after.Id, terminal);
        }

        foreach (var gone in before?.Terminals.Where(was => !after.Terminals.Exists(one => one.Id == was.Id)) ?? [])
        {
            yield return Sql.BatchCommandFor("delete from agent_terminals where id = $1", gone.Id);
        }
    }

    public async Task<StoredAgent?> ReadAsync(AgentId id, CancellationToken cancellationToken)
    {
        var row = await database.CommandFor(
            $"""
            select {AgentColumns}
            from agents left join agent_worktrees on agent_worktrees.agent_id = agents.id where agents.id = $1
            """,
            id).OneAsync(ReadAgent, cancellationToken);
        if (row is not ({ } agent, var revision, var seq, var position))
        {
            return null;
        }

        var instance = await database.CommandFor($"select {InstanceColumns} from zed_instance_mappings where task_id = $1", id).OneAsync(ReadInstance, cancellationToken);
        agent = agent with
        {
            WorkSessions = [.. await database.CommandFor(
                $"select {WorkSessionColumns} from work_sessions where agent_id = $1 order by position",
                id).AllAsync(ReadWorkSession, cancellationToken)],
            Instance = instance,
            Threads = [.. await database.CommandFor(
                $"""
                select {ThreadColumns} from zed_thread_mappings where work_session_id in (select id from work_sessions where agent_id = $1) order by created_at, id
                """,
                id).AllAsync(ReadThread, cancellationToken)],
            Turns = [.. await database.CommandFor(
                $"""
                select {TurnColumns} from turns where agent_id = any($1) and {KeptTurns}
                order by position, dispatched_at, created_at
                """,
                (object)new[] { id.Value }).AllAsync(ReadTurn, cancellationToken)],
            Requests = [.. await database.CommandFor(
                $"select {RequestColumns} from agent_requests where agent_id = $1 and (state = 'open' or (answer is not null and not is_answer_sent)) order by created_at, id",
                id).AllAsync(ReadRequest, cancellationToken)],
            Terminals = [.. await database.CommandFor($"select {TerminalColumns} from agent_terminals where agent_id = $1 order by created_at, id", id).AllAsync(ReadTerminal, cancellationToken)],
        };
        agent = await BuiltInRows.WithAsync(agent, database, cancellationToken);
        var unsaid = instance is null
            ? []
            : await database.CommandFor(
                "select epoch, sequence, command from agent_commands where instance_id = $1 and epoch = $2 order by sequence", instance.Id, instance.Epoch)
                .AllAsync(ReadCommand, cancellationToken);
        return new StoredAgent(agent.Trimmed(), revision, seq, position, unsaid);
    }

    /// <summary>A turn as its row is, also one that has long been over.</summary>
    public Task<Turn?> TurnAsync(AgentId agent, TurnId id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {TurnColumns} from turns where agent_id = $1 and id = $2", agent, id).OneAsync(ReadTurn, cancellationToken);

    /// <summary>The turn that a client has asked for under a name; null when it has not.</summary>
    public Task<Turn?> TurnAsync(AgentId agent, string idempotencyKey, CancellationToken cancellationToken) =>
        database.CommandFor($"select {TurnColumns} from turns where agent_id = $1 and idempotency_key = $2", agent, idempotencyKey).OneAsync(ReadTurn, cancellationToken);

    /// <summary>A question as its row is, also one that is over.</summary>
    public Task<AgentRequest?> RequestAsync(RequestId id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {RequestColumns} from agent_requests where id = $1", id).OneAsync(ReadRequest, cancellationToken);

    /// <summary>All turns of an agent, in the order of the conversation.</summary>
    public Task<IReadOnlyList<Turn>> TurnsAsync(AgentId agent, CancellationToken cancellationToken) =>
        database.CommandFor($"select {TurnColumns} from turns where agent_id = $1 order by position, dispatched_at, created_at", agent)
            .AllAsync(ReadTurn, cancellationToken);

    private static NpgsqlBatchCommand Save(AgentId agent, WorkSession one) => Sql.BatchCommandFor(
        """
        insert into work_sessions (id, agent_id, name, agent_type, status, position, created_at, started_at, completed_at, reviewed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (id) do update set name = excluded.name, status = excluded.status, started_at = excluded.started_at, completed_at = excluded.completed_at,
            reviewed_at = excluded.reviewed_at
        """,
        one.Id,
        agent,
        one.Name,
        one.Type.Word(),
        one.Status.Word(),
        one.Position,
        one.CreatedAt,
        one.StartedAt,
        one.CompletedAt,
        one.ReviewedAt);

    private static NpgsqlBatchCommand Save(Agent agent, AgentInstance one) => Sql.BatchCommandFor(
        $"""
        insert into zed_instance_mappings (task_id, project_path, {InstanceColumns})
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::json, $14, $15, $16, $17, $18, $19::json, $20::json)
        on conflict (id) do update set project_path = excluded.project_path, status = excluded.status, epoch = excluded.epoch, is_started = excluded.is_started,
            is_unwanted = excluded.is_unwanted, ended_epoch = excluded.ended_epoch, sequence = excluded.sequence, log_offset = excluded.log_offset,
            opening_sequence = excluded.opening_sequence, abilities = excluded.abilities, reached_at = excluded.reached_at, disconnected_at = excluded.disconnected_at, problem = excluded.problem,
            last_activity_at = excluded.last_activity_at, login = excluded.login, conversations = excluded.conversations
        """,
        agent.Id,
        agent.Place?.Path is { Length: <= MaxProjectPathLength } path ? path : null,
        one.Id,
        one.Status.Word(),
        one.WorkerId,
        one.Epoch,
        one.IsStarted,
        one.IsUnwanted,
        one.EndedEpoch,
        one.Sequence,
        one.LogOffset,
        one.OpeningSequence,
        one.Abilities is { } abilities ? JsonSerializer.Serialize(abilities, HostJson.Default.AgentAbilities) : null,
        one.ReachedAt,
        one.DisconnectedAt,
        one.Problem,
        one.CreatedAt,
        one.LastActivityAt,
        one.Login is { } login ? JsonSerializer.Serialize(login) : null,
        one.Conversations == ProgramConversations.None ? null : JsonSerializer.Serialize(one.Conversations));

    private static NpgsqlBatchCommand Save(Agent agent, AgentThread one) => Sql.BatchCommandFor(
        $"""
        insert into zed_thread_mappings (zed_instance_id, {ThreadColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13::json, $14::json, $15, $16, $17)
        on conflict (id) do update set status = excluded.status, zed_thread_id = excluded.zed_thread_id, open_epoch = excluded.open_epoch,
            opening_sequence = excluded.opening_sequence, opening = excluded.opening, is_retelling = excluded.is_retelling, needs_history = excluded.needs_history,
            is_held = excluded.is_held, thread_config = excluded.thread_config, settings = excluded.settings, setting_sent = excluded.setting_sent, last_activity_at = excluded.last_activity_at, takes_up = excluded.takes_up
        """,
        agent.Instance?.Id,
        one.Id,
        one.WorkSessionId,
        one.Status.Word(),
        one.ProgramThreadId,
        one.OpenEpoch,
        one.OpeningSequence,
        one.Opening?.Word(),
        one.IsRetelling,
        one.NeedsHistory,
        one.IsHeld,
        one.Settings.Wishes.IsEmpty ? null : JsonSerializer.Serialize(one.Settings.Wishes),
        one.Settings == ThreadSettings.None ? null : JsonSerializer.Serialize(one.Settings with { Wishes = ThreadSettings.None.Wishes, Sent = null }),
        one.Settings.Sent is { } sent ? JsonSerializer.Serialize(sent) : null,
        one.CreatedAt,
        one.LastActivityAt,
        one.TakesUp);

    private static NpgsqlBatchCommand Save(AgentId agent, Turn one) => Sql.BatchCommandFor(
        $"""
        insert into turns (agent_id, request_id, {TurnColumns})
        values ($1, $2, $3, $4, $5, $6::json, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        on conflict (id) do update set request_id = excluded.request_id, position = excluded.position, content = excluded.content, state = excluded.state,
            attempt = excluded.attempt, dispatched_at = excluded.dispatched_at, last_event_at = excluded.last_event_at, finished_at = excluded.finished_at,
            cancel_requested_at = excluded.cancel_requested_at, is_cancel_sent = excluded.is_cancel_sent, epoch = excluded.epoch, sequence = excluded.sequence,
            stop_reason = excluded.stop_reason, problem = excluded.problem
        """,
        agent,
        one.RequestId,
        one.Id,
        one.WorkSessionId,
        one.Position,
        one.Content,
        one.State.Word(),
        one.Attempt,
        one.IdempotencyKey,
        one.CreatedBy,
        one.CreatedAt,
        one.DispatchedAt,
        one.LastEventAt,
        one.FinishedAt,
        one.CancelRequestedAt,
        one.IsCancelSent,
        one.Epoch,
        one.Sequence,
        one.StopReason,
        one.Problem);

    private static NpgsqlBatchCommand Save(Agent agent, AgentRequest one) => Sql.BatchCommandFor(
        $"""
        insert into agent_requests (agent_id, instance_id, {RequestColumns})
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11::json, $12, $13, $14, $15, $16, $17)
        on conflict (id) do update set state = excluded.state, answer = excluded.answer, answered_by = excluded.answered_by, is_answer_sent = excluded.is_answer_sent,
            answered_at = excluded.answered_at, expires_at = excluded.expires_at, rule_id = excluded.rule_id
        """,
        agent.Id,
        agent.Instance?.Id,
        one.Id,
        one.Epoch,
        one.ProgramRequestId,
        one.WorkSessionId,
        one.TurnId,
        one.What,
        one.Payload,
        one.State.Word(),
        one.Answer,
        one.AnsweredBy,
        one.IsAnswerSent,
        one.CreatedAt,
        one.AnsweredAt,
        one.ExpiresAt,
        one.RuleId);

    private static string? Budget(Agent agent) => agent.Budget is { } budget ? JsonSerializer.Serialize(budget) : null;

    private static string? Spending(Agent agent) => agent.Spending == AgentSpending.None ? null : JsonSerializer.Serialize(agent.Spending);

    private static NpgsqlBatchCommand Save(AgentId agent, AgentTerminal one) => Sql.BatchCommandFor(
        $"""
        insert into agent_terminals (agent_id, {TerminalColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (id) do update set released_at = excluded.released_at, is_ended = excluded.is_ended, is_forgotten = excluded.is_forgotten
        """,
        agent,
        one.Id,
        one.Epoch,
        one.OutputByteLimit,
        one.CreatedAt,
        one.ReleasedAt,
        one.IsEnded,
        one.IsForgotten);
}
