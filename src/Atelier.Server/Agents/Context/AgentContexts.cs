using System.Text;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Agents.Context;

/// <summary>A line of work as the others see it.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">For people.</param>
/// <param name="AgentType">Who does it.</param>
/// <param name="Status">How far it is.</param>
/// <param name="LastRequest">What was asked of it last; null when nothing was.</param>
/// <param name="LastAnswer">What came of it, as text; null when nothing did.</param>
/// <param name="LastState">How far that is.</param>
/// <param name="FilesChanged">Files that it has written, as far as it has said.</param>
internal sealed record WorkSessionSummary(
    WorkSessionId Id,
    string Name,
    AgentType AgentType,
    WorkSessionStatus Status,
    string? LastRequest,
    string? LastAnswer,
    TurnState? LastState,
    IReadOnlyList<string> FilesChanged);

/// <summary>What an agent's lines of work share.</summary>
/// <param name="WorktreePath">Where it works; null until that is there.</param>
/// <param name="Branch">On which branch.</param>
/// <param name="BaseBranch">Which began there.</param>
/// <param name="TaskRequest">What is to be done.</param>
/// <param name="Notes">What they have written down for each other.</param>
/// <param name="WorkSessions">All of them.</param>
internal sealed record AgentContext(
    string? WorktreePath, string? Branch, string? BaseBranch, string TaskRequest, string Notes, IReadOnlyList<WorkSessionSummary> WorkSessions);

/// <summary>Reads what an agent's lines of work need to know of each other, whoever does them.</summary>
internal sealed class AgentContexts(NpgsqlDataSource database)
{
    private const int MostText = 2_000;
    private const int MostFiles = 200;

    public async Task<AgentContext> ReadAsync(Agent agent, CancellationToken cancellationToken)
    {
        var summaries = new List<WorkSessionSummary>();
        foreach (var workSession in agent.WorkSessions)
        {
            var last = await LastTurnAsync(workSession.Id, cancellationToken);
            var answer = last is { Id: var id } ? SaidText.Of(await EventsAsync(id, cancellationToken)) : "";
            summaries.Add(new WorkSessionSummary(
                workSession.Id,
                workSession.Name,
                workSession.Type,
                workSession.Status,
                last is null ? null : PromptContent.TextOf(last.Content).Beginning(MostText),
                answer.Length == 0 ? null : answer.Ending(MostText),
                last?.State,
                await FilesAsync(agent, workSession.Id, cancellationToken)));
        }

        return new AgentContext(agent.Place?.Path, agent.Place?.Branch, agent.Place?.BaseBranch, agent.TaskRequest, agent.Notes, summaries);
    }

    /// <summary>The other lines of work of an agent, in words.</summary>
    public async Task<string> TellAsync(Agent agent, WorkSessionId but, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var one in (await ReadAsync(agent, cancellationToken)).WorkSessions.Where(one => one.Id != but))
        {
            text.Append($"## {one.Name} ({(one.AgentType == AgentType.ZedAgent ? "a thread of the agent's program" : one.AgentType == AgentType.HelixAgent ? "built-in agent" : "chat")}, {one.Status.Word()})\n");
            text.Append(one.LastRequest is null ? "It was asked nothing yet.\n" : $"Asked last ({one.LastState?.Word()}): {one.LastRequest}\n");
            text.Append(one.LastAnswer is null ? "" : $"Answered: {one.LastAnswer}\n");
            text.Append(one.FilesChanged.Count == 0 ? "\n" : $"Files changed: {string.Join(", ", one.FilesChanged)}\n\n");
        }

        return text.Length == 0 ? "There are no other threads." : text.ToString().TrimEnd();
    }

    /// <summary>What was said in a turn under a name.</summary>
    public async Task<string> SaidAsync(TurnId turn, string messageId, CancellationToken cancellationToken) => string.Concat(
        await database.CommandFor(
                "select payload->'content'->>'text' from agent_events where turn_id = $1 and kind = 'agent-message' and payload->>'messageId' = $2 order by seq", turn, messageId)
            .AllAsync(row => row.TextOrNull(0) ?? "", cancellationToken));

    private Task<LastTurn?> LastTurnAsync(WorkSessionId workSession, CancellationToken cancellationToken) =>
        database.CommandFor("select id, content, state from turns where work_session_id = $1 and dispatched_at is not null order by dispatched_at desc, position desc limit 1", workSession)
            .OneAsync(row => new LastTurn(new TurnId(row.GetString(0)), row.GetString(1), AgentWords.Of<TurnState>(row.GetString(2))), cancellationToken);

    private Task<IReadOnlyList<(string Kind, string Payload)>> EventsAsync(TurnId turn, CancellationToken cancellationToken) =>
        database.CommandFor("select kind, payload from agent_events where turn_id = $1 and kind = any($2) order by seq", turn, SaidText.Kinds)
            .AllAsync(row => (row.GetString(0), row.GetString(1)), cancellationToken);

    /// <summary>Files that we wrote for it, and those that its program says to have written itself.</summary>
    private async Task<IReadOnlyList<string>> FilesAsync(Agent agent, WorkSessionId workSession, CancellationToken cancellationToken)
    {
        var paths = await database.CommandFor(
            """
            select distinct path from (
                select payload->>'path' as path from agent_events
                where agent_id = $1 and work_session_id = $2 and kind = 'served' and payload->>'what' = 'write-file' and payload->>'problem' is null
                union all
                select content->>'path' from agent_events, json_array_elements(
                    case when json_typeof(payload->'content') = 'array' then payload->'content' else '[]'::json end) as content
                where agent_id = $1 and work_session_id = $2 and kind = 'tool-call' and content->>'type' = 'diff' and payload->>'status' is distinct from 'failed') as written
            where path is not null order by path limit $3
            """,
            agent.Id,
            workSession,
            MostFiles).AllAsync(row => row.GetString(0), cancellationToken);
        var root = $"{agent.Place?.Path}/";
        return [.. paths.Select(path => path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path).Distinct(StringComparer.Ordinal)];
    }

    private sealed record LastTurn(TurnId Id, string Content, TurnState State);
}
