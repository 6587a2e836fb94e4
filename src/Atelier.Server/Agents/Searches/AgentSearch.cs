using Atelier.Server.Accounts;
using Atelier.Server.Agents.Lists;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Agents.Searches;

/// <summary>The agent in whose conversation something was found.</summary>
internal sealed record FoundAgent(AgentId Id, string? Title, string TaskRequest, DateTimeOffset? ArchivedAt);

internal sealed record FoundWorkSession(WorkSessionId Id, string Name);

/// <summary>A place in a conversation.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="WorkSession">In which line of work.</param>
/// <param name="TurnId">In which turn.</param>
/// <param name="Seq">Number of the event with which what was found begins.</param>
/// <param name="Kind">prompt or message.</param>
/// <param name="Snippet">The words around it.</param>
/// <param name="Marks">What was looked for in them.</param>
/// <param name="At">When it was said.</param>
internal sealed record FoundPlace(
    FoundAgent Agent, FoundWorkSession WorkSession, TurnId TurnId, long Seq, string Kind, string Snippet, IReadOnlyList<SearchMark> Marks, DateTimeOffset At);

internal abstract record SearchAnswer
{
    private SearchAnswer()
    {
    }

    /// <summary>The newest places, and whether there are more.</summary>
    internal sealed record Found(IReadOnlyList<FoundPlace> Places, bool HasMore) : SearchAnswer;

    /// <summary>It took too long to look everywhere.</summary>
    internal sealed record TooWide : SearchAnswer;
}

/// <summary>Looks for words in what was asked and what programs said. What is said in turns that run is read from their events, all else from <c>agent_texts</c>.</summary>
internal sealed class AgentSearch(NpgsqlDataSource database, AgentAccess access, IOptions<AgentsOptions> options)
{
    /// <summary>What a list shows of a task.</summary>
    private const int TaskShown = 200;

    public async Task<SearchAnswer> FindAsync(CurrentUser user, SearchTerms terms, bool withArchived, int limit, CancellationToken cancellationToken)
    {
        var (seesAll, id, repositories) = (await access.SightOfAsync(user, cancellationToken)).Values;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.CommandFor("select set_config('statement_timeout', $1, true)", $"{options.Value.LongestSearch.TotalMilliseconds:F0}").RunAsync(cancellationToken);
        try
        {
            var places = await connection.CommandFor(
                $"""
                with seen as (
                    select id, title, task_request, archived_at from agents where {AgentSight.Condition} and ($4 or archived_at is null)
                ), found as (
                    select turn_id, seq, agent_id, work_session_id, kind, text, at from agent_texts where words @@ to_tsquery('simple', $5)
                    union all
                    select turns.id, said.seq, turns.agent_id, turns.work_session_id, 'message', said.text, said.at
                    from turns join seen on seen.id = turns.agent_id cross join lateral turn_messages(turns.id) said
                    where turns.state in ('sent', 'running') and searched_words(said.text) @@ to_tsquery('simple', $5)
                )
                select seen.id, seen.title, left(seen.task_request, {TaskShown}), seen.archived_at, work_sessions.id, work_sessions.name, turn_id, seq, kind, text, at
                from found join seen on seen.id = found.agent_id join work_sessions on work_sessions.id = found.work_session_id
                order by at desc, seq desc limit $6
                """,
                seesAll,
                id,
                repositories,
                withArchived,
                terms.Query,
                (long)limit + 1).AllAsync(row => Read(row, terms), cancellationToken);
            return new SearchAnswer.Found([.. places.Take(limit)], places.Count > limit);
        }
        catch (PostgresException late) when (late.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            return new SearchAnswer.TooWide();
        }
    }

    private static FoundPlace Read(NpgsqlDataReader row, SearchTerms terms)
    {
        var snippet = SearchSnippet.Of(row.GetString(9), terms);
        return new FoundPlace(
            new FoundAgent(new AgentId(row.GetString(0)), row.TextOrNull(1), row.GetString(2), row.TimeOrNull(3)),
            new FoundWorkSession(new WorkSessionId(row.GetString(4)), row.GetString(5)),
            new TurnId(row.GetString(6)),
            row.GetInt64(7),
            row.GetString(8),
            snippet.Text,
            snippet.Marks,
            row.Time(10));
    }
}
