using Atelier.Server.Agents.Requests;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Agents.Lists;

/// <summary>Agents as lists need them, many at once from their rows: without owners, and without what no list shows.</summary>
internal sealed class AgentGlances(NpgsqlDataSource database)
{
    /// <summary>The agents of these ids that there are; in the order of the ids.</summary>
    public async Task<IReadOnlyList<Agent>> ReadAsync(IReadOnlyList<AgentId> ids, CancellationToken cancellationToken)
    {
        var keys = ids.Select(id => id.Value).ToArray();
        var agents = (await RowsAsync(
            $"select {AgentRows.AgentColumns}, agents.id from agents left join agent_worktrees on agent_worktrees.agent_id = agents.id where agents.id = any($1)",
            row => AgentRowReading.ReadAgent(row).Item1)).DistinctBy(one => one.Agent).ToDictionary(one => one.Agent, one => one.Row);
        var workSessions = (await RowsAsync(
            $"select {AgentRows.WorkSessionColumns}, agent_id from work_sessions where agent_id = any($1) order by position",
            AgentRowReading.ReadWorkSession)).ToLookup(one => one.Agent, one => one.Row);
        var instances = (await RowsAsync(
            $"select {AgentRows.InstanceColumns}, task_id from zed_instance_mappings where task_id = any($1)",
            AgentRowReading.ReadInstance)).ToDictionary(one => one.Agent, one => one.Row);
        var threads = (await RowsAsync(
            $"""
            select {AgentRows.ThreadColumnsWithoutSettings}, agent_id
            from zed_thread_mappings join (select id as work_session, agent_id from work_sessions where agent_id = any($1)) work_sessions on work_session = work_session_id
            order by created_at, id
            """,
            AgentRowReading.ReadThread)).ToLookup(one => one.Agent, one => one.Row);
        var turns = (await RowsAsync(
            $"select {AgentRows.TurnColumnsWithoutContent}, agent_id from turns where agent_id = any($1) and {AgentRows.KeptTurns} order by position, dispatched_at, created_at",
            AgentRowReading.ReadTurn)).ToLookup(one => one.Agent, one => one.Row);
        var requests = (await RowsAsync(
            $"""
            select {AgentRows.RequestColumns}, agent_id from agent_requests
            where agent_id = any($1) and state = 'open' and what in ('{AgentRequest.Permission}', '{AgentRequest.Question}') order by created_at, id
            """,
            AgentRowReading.ReadRequest)).ToLookup(one => one.Agent, one => one.Row);
        return
        [
            .. ids.Select(id => agents.GetValueOrDefault(id.Value) is { } agent
                ? agent with
                {
                    WorkSessions = [.. workSessions[id.Value]],
                    Instance = instances.GetValueOrDefault(id.Value),
                    Threads = [.. threads[id.Value]],
                    Turns = [.. turns[id.Value]],
                    Requests = [.. requests[id.Value]],
                }
                : null).OfType<Agent>(),
        ];

        Task<IReadOnlyList<(string Agent, T Row)>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read) =>
            database.CommandFor(sql, (object)keys).AllAsync(row => (row.GetString(row.FieldCount - 1), read(row)), cancellationToken);
    }
}
