using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Reviews.Checkpoints;

/// <summary>Rows of checkpoints.</summary>
internal sealed class CheckpointStore(NpgsqlDataSource database)
{
    private const string Columns =
        "id, agent_id, repository_id, host_id, turn_id, work_session_id, attempt, which, restores, ref, state, commit_id, head_id, left_out, problem, created_by, created_at";

    /// <summary>
    /// The row of a turn's checkpoint that is to be made now: a new one, one that was begun, or one of an earlier attempt that is made anew. Null when there is nothing to do.
    /// </summary>
    public Task<Checkpoint?> BeginAsync(Checkpoint wanted, CancellationToken cancellationToken) =>
        database.CommandFor(
            $"""
            insert into checkpoints as mine ({Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'making', null, null, 0, null, $11, $12)
            on conflict (turn_id, which) where turn_id is not null do update set attempt = excluded.attempt, state = 'making', problem = null
                where mine.state = 'making' or (mine.attempt < excluded.attempt and (mine.which = 'after' or mine.state = 'failed'))
            returning {Columns}
            """,
            wanted.Id,
            wanted.AgentId,
            wanted.RepositoryId,
            wanted.HostId,
            wanted.TurnId,
            wanted.WorkSessionId,
            wanted.Attempt,
            wanted.Which.Word(),
            wanted.Restores,
            wanted.Reference,
            wanted.CreatedBy,
            wanted.CreatedAt).OneAsync(Read, cancellationToken);

    public Task MadeAsync(CheckpointId id, string commit, string? head, int leftOut, CancellationToken cancellationToken) =>
        database.CommandFor("update checkpoints set state = 'made', commit_id = $2, head_id = $3, left_out = $4, problem = null where id = $1", id, commit, head, leftOut)
            .RunAsync(cancellationToken);

    public Task FailedAsync(CheckpointId id, string problem, CancellationToken cancellationToken) =>
        database.CommandFor("update checkpoints set state = 'failed', problem = $2 where id = $1", id, problem).RunAsync(cancellationToken);

    public Task<Checkpoint?> FindAsync(AgentId agent, CheckpointId id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from checkpoints where agent_id = $1 and id = $2", agent, id).OneAsync(Read, cancellationToken);

    public Task<Checkpoint?> OfTurnAsync(AgentId agent, TurnId turn, CheckpointWhich which, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from checkpoints where agent_id = $1 and turn_id = $2 and which = $3", agent, turn, which.Word()).OneAsync(Read, cancellationToken);

    /// <summary>The newest checkpoint of an agent that there is; null when there is none.</summary>
    public Task<string?> NewestCommitAsync(AgentId agent, CancellationToken cancellationToken) =>
        database.CommandFor("select commit_id from checkpoints where agent_id = $1 and state = 'made' order by created_at desc, id desc limit 1", agent)
            .OneAsync(row => row.TextOrNull(0), cancellationToken);

    public Task<IReadOnlyList<Checkpoint>> OfAgentAsync(AgentId agent, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from checkpoints where agent_id = $1 order by created_at, id", agent).AllAsync(Read, cancellationToken);

    /// <summary>Restores that were begun.</summary>
    public Task<IReadOnlyList<Checkpoint>> UnfinishedRestoresAsync(CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from checkpoints where state = 'making' and which = 'restore' order by created_at").AllAsync(Read, cancellationToken);

    /// <summary>Checkpoints of an agent that are more than it may have, the oldest.</summary>
    public Task<IReadOnlyList<Checkpoint>> TooManyAsync(AgentId agent, int most, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from checkpoints where agent_id = $1 order by created_at desc, id desc offset $2", agent, most).AllAsync(Read, cancellationToken);

    /// <summary>Agents whose checkpoints nobody wants any more: they are gone, or were over before a time.</summary>
    public Task<IReadOnlyList<(AgentId Agent, string RepositoryId, string HostId)>> UnwantedAsync(DateTimeOffset overBefore, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            select distinct checkpoints.agent_id, checkpoints.repository_id, checkpoints.host_id from checkpoints left join agents on agents.id = checkpoints.agent_id
            where agents.id is null or (agents.status in ('completed', 'cancelled', 'failed') and agents.completed_at < $1)
            """,
            overBefore).AllAsync(row => (new AgentId(row.GetString(0)), row.GetString(1), row.GetString(2)), cancellationToken);

    public Task RemoveAsync(CheckpointId id, CancellationToken cancellationToken) =>
        database.CommandFor("delete from checkpoints where id = $1", id).RunAsync(cancellationToken);

    public Task RemoveAllAsync(AgentId agent, CancellationToken cancellationToken) =>
        database.CommandFor("delete from checkpoints where agent_id = $1", agent).RunAsync(cancellationToken);

    private static Checkpoint Read(NpgsqlDataReader row) => new()
    {
        Id = new CheckpointId(row.GetString(0)),
        AgentId = new AgentId(row.GetString(1)),
        RepositoryId = row.GetString(2),
        HostId = row.GetString(3),
        TurnId = row.TextOrNull(4) is { } turn ? new TurnId(turn) : null,
        WorkSessionId = row.TextOrNull(5) is { } workSession ? new WorkSessionId(workSession) : null,
        Attempt = row.GetInt32(6),
        Which = AgentWords.Of<CheckpointWhich>(row.GetString(7)),
        Restores = row.TextOrNull(8) is { } restores ? new CheckpointId(restores) : null,
        Reference = row.GetString(9),
        State = AgentWords.Of<CheckpointState>(row.GetString(10)),
        Commit = row.TextOrNull(11),
        Head = row.TextOrNull(12),
        LeftOut = row.GetInt32(13),
        Problem = row.TextOrNull(14),
        CreatedBy = row.TextOrNull(15) is { } user ? new UserId(user) : null,
        CreatedAt = row.Time(16),
    };
}
