using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Reviews.Landings;

/// <summary>Rows of landings.</summary>
internal sealed class LandingStore(NpgsqlDataSource database)
{
    private const string Columns =
        "id, agent_id, idempotency_key, how, into_branch, message, commit_message, author_name, author_email, completes, state, commit_id, paths, reason, detail, pull_request_url, created_by, created_at, finished_at";

    /// <summary>Stores a landing that is to be done; whether it was: another one of the agent may be under way, or this one known already.</summary>
    public async Task<bool> AddAsync(Landing landing, CancellationToken cancellationToken) =>
        await database.CommandFor(
            $"""
            insert into landings ({Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'doing', null, array[]::text[], null, null, null, $11, $12, null)
            on conflict do nothing
            """,
            landing.Id,
            landing.AgentId,
            landing.IdempotencyKey,
            landing.How.Word(),
            landing.Into,
            landing.Message,
            landing.CommitMessage,
            landing.AuthorName,
            landing.AuthorEmail,
            landing.Completes,
            landing.CreatedBy,
            landing.CreatedAt).RunAsync(cancellationToken) > 0;

    public Task FinishAsync(Landing landing, CancellationToken cancellationToken) =>
        database.CommandFor(
            "update landings set state = $2, commit_id = $3, paths = $4, reason = $5, detail = $6, pull_request_url = $7, finished_at = $8 where id = $1",
            landing.Id,
            landing.State.Word(),
            landing.Commit,
            landing.Paths.ToArray(),
            landing.Reason,
            landing.Detail,
            landing.PullRequestUrl,
            landing.FinishedAt).RunAsync(cancellationToken);

    public Task<Landing?> FindAsync(AgentId agent, string key, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from landings where agent_id = $1 and idempotency_key = $2", agent, key).OneAsync(Read, cancellationToken);

    public Task<Landing?> FindAsync(LandingId id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from landings where id = $1", id).OneAsync(Read, cancellationToken);

    public Task<IReadOnlyList<Landing>> OfAgentAsync(AgentId agent, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from landings where agent_id = $1 order by created_at, id", agent).AllAsync(Read, cancellationToken);

    /// <summary>Landings that were begun and have not ended.</summary>
    public Task<IReadOnlyList<Landing>> UnfinishedAsync(CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from landings where state = 'doing' order by created_at").AllAsync(Read, cancellationToken);

    private static Landing Read(NpgsqlDataReader row) => new()
    {
        Id = new LandingId(row.GetString(0)),
        AgentId = new AgentId(row.GetString(1)),
        IdempotencyKey = row.GetString(2),
        How = AgentWords.Of<LandingHow>(row.GetString(3)),
        Into = row.GetString(4),
        Message = row.GetString(5),
        CommitMessage = row.TextOrNull(6),
        AuthorName = row.TextOrNull(7),
        AuthorEmail = row.TextOrNull(8),
        Completes = row.GetBoolean(9),
        State = AgentWords.Of<LandingState>(row.GetString(10)),
        Commit = row.TextOrNull(11),
        Paths = row.GetFieldValue<string[]>(12),
        Reason = row.TextOrNull(13),
        Detail = row.TextOrNull(14),
        PullRequestUrl = row.TextOrNull(15),
        CreatedBy = new UserId(row.GetString(16)),
        CreatedAt = row.Time(17),
        FinishedAt = row.TimeOrNull(18),
    };
}
