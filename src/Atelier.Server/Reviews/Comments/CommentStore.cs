using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Reviews.Comments;

/// <summary>Rows of comments.</summary>
internal sealed class CommentStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns = "id, agent_id, path, side, line, last_line, file_hash, quote, body, state, turn_id, created_by, created_at, updated_at";

    public Task<IReadOnlyList<ReviewComment>> OfAgentAsync(AgentId agent, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from review_comments where agent_id = $1 order by created_at, id", agent).AllAsync(Read, cancellationToken);

    public Task<ReviewComment?> FindAsync(AgentId agent, CommentId id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from review_comments where agent_id = $1 and id = $2", agent, id).OneAsync(Read, cancellationToken);

    /// <summary>Adds one, if the agent has fewer than it may have.</summary>
    public async Task<bool> AddAsync(ReviewComment comment, int most, CancellationToken cancellationToken) =>
        await database.CommandFor(
            $"""
            insert into review_comments ({Columns}) select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, null, $11, $12, $12
            where (select count(*) from review_comments where agent_id = $2) < $13
            """,
            comment.Id,
            comment.AgentId,
            comment.Path,
            comment.Side.Word(),
            comment.Line,
            comment.LastLine,
            comment.FileHash,
            comment.Quote,
            comment.Body,
            comment.State.Word(),
            comment.CreatedBy,
            comment.CreatedAt,
            most).RunAsync(cancellationToken) > 0;

    /// <summary>Changes the words of a draft that is not being sent; whether it was one.</summary>
    public async Task<bool> SayAsync(AgentId agent, CommentId id, string body, CancellationToken cancellationToken) =>
        await database.CommandFor(
            "update review_comments set body = $3, updated_at = $4 where agent_id = $1 and id = $2 and state = 'draft' and send_key is null", agent, id, body, clock.GetUtcNow())
            .RunAsync(cancellationToken) > 0;

    /// <summary>Marks one as done, or as not done after all: then it is sent if it ever was.</summary>
    public Task ResolveAsync(AgentId agent, CommentId id, bool isResolved, CancellationToken cancellationToken) =>
        database.CommandFor(
            "update review_comments set state = case when $3 then 'resolved' when turn_id is null then 'draft' else 'sent' end, updated_at = $4 where agent_id = $1 and id = $2",
            agent,
            id,
            isResolved,
            clock.GetUtcNow()).RunAsync(cancellationToken);

    public Task RemoveAsync(AgentId agent, CommentId id, CancellationToken cancellationToken) =>
        database.CommandFor("delete from review_comments where agent_id = $1 and id = $2", agent, id).RunAsync(cancellationToken);

    /// <summary>Puts drafts under the name of one sending, unless they are under another; gives all that are under it.</summary>
    public async Task<IReadOnlyList<ReviewComment>> TakeForSendingAsync(AgentId agent, string key, IReadOnlyList<string>? ids, CancellationToken cancellationToken)
    {
        await database.CommandFor(
            "update review_comments set send_key = $2 where agent_id = $1 and state = 'draft' and send_key is null and ($3::text[] is null or id = any($3)) and not exists "
            + "(select from review_comments where agent_id = $1 and send_key = $2)",
            agent,
            key,
            ids?.ToArray()).RunAsync(cancellationToken);
        return await database.CommandFor($"select {Columns} from review_comments where agent_id = $1 and send_key = $2 order by created_at, id", agent, key).AllAsync(Read, cancellationToken);
    }

    /// <summary>The agent has been told.</summary>
    public Task SentAsync(AgentId agent, string key, TurnId turn, CancellationToken cancellationToken) =>
        database.CommandFor(
            "update review_comments set state = 'sent', turn_id = $3, updated_at = $4 where agent_id = $1 and send_key = $2 and state = 'draft'", agent, key, turn, clock.GetUtcNow())
            .RunAsync(cancellationToken);

    /// <summary>The agent has been told.</summary>
    public Task SentAsync(AgentId agent, IEnumerable<CommentId> ids, TurnId turn, CancellationToken cancellationToken) =>
        database.CommandFor(
            "update review_comments set state = 'sent', turn_id = $3, updated_at = $4 where agent_id = $1 and id = any($2) and state = 'draft'",
            agent,
            ids.Select(id => id.Value).ToArray(),
            turn,
            clock.GetUtcNow()).RunAsync(cancellationToken);

    /// <summary>The agent was not told: they are drafts as before.</summary>
    public Task NotSentAsync(AgentId agent, string key, CancellationToken cancellationToken) =>
        database.CommandFor("update review_comments set send_key = null where agent_id = $1 and send_key = $2 and state = 'draft'", agent, key).RunAsync(cancellationToken);

    /// <summary>Sendings of which nobody knows how they ended.</summary>
    public Task<IReadOnlyList<(AgentId Agent, string Key)>> UnfinishedAsync(CancellationToken cancellationToken) =>
        database.CommandFor("select distinct agent_id, send_key from review_comments where state = 'draft' and send_key is not null")
            .AllAsync(row => (new AgentId(row.GetString(0)), row.GetString(1)), cancellationToken);

    private static ReviewComment Read(NpgsqlDataReader row) => new(
        new CommentId(row.GetString(0)),
        new AgentId(row.GetString(1)),
        row.GetString(2),
        AgentWords.Of<CommentSide>(row.GetString(3)),
        row.GetInt32(4),
        row.GetInt32(5),
        row.TextOrNull(6),
        row.GetString(7),
        row.GetString(8),
        AgentWords.Of<CommentState>(row.GetString(9)),
        row.TextOrNull(10) is { } turn ? new TurnId(turn) : null,
        new UserId(row.GetString(11)),
        row.Time(12),
        row.Time(13));
}
