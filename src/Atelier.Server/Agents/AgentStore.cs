using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.ZedSync;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.News;
using Npgsql;

namespace Atelier.Server.Agents;

/// <summary>An agent as its rows have it, with what only its owner needs.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Revision">How often the rows were changed: what tells two owners apart.</param>
/// <param name="LastSeq">Number of its last event.</param>
/// <param name="LastPosition">Position of its last turn.</param>
/// <param name="Unsaid">Commands that the process has not taken, in their order.</param>
internal sealed record StoredAgent(Agent Agent, long Revision, long LastSeq, long LastPosition, IReadOnlyList<NumberedCommand> Unsaid);

/// <summary>Somebody else has changed the agent's rows, and this owner is not its owner any more; or a rule that it went by was revoked meanwhile.</summary>
internal sealed class AgentChangedElsewhereException(AgentId id) : Exception($"The agent {id} was changed by another owner.");

/// <summary>Writes changes of an agent, each in one transaction with its events, commands and cursor, and reads it back.</summary>
internal sealed class AgentStore(NpgsqlDataSource database, AgentRows rows, IEnumerable<IAgentChangeRows> followers, TimeProvider clock)
{
    /// <summary>The agent as its rows are; null when there is none.</summary>
    public Task<StoredAgent?> FindAsync(AgentId id, CancellationToken cancellationToken) => rows.ReadAsync(id, cancellationToken);

    /// <summary>A turn as its row is, also one that has long been over; null when there is none.</summary>
    public Task<Turn?> TurnAsync(AgentId agent, TurnId id, CancellationToken cancellationToken) => rows.TurnAsync(agent, id, cancellationToken);

    /// <summary>Agents that may have something to do: they are not over, or a process of theirs is not.</summary>
    public Task<IReadOnlyList<AgentId>> LiveAsync(CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            select agents.id from agents left join zed_instance_mappings instance on instance.task_id = agents.id
            where agents.status = 'preparing' or instance.epoch > instance.ended_epoch
                or (agents.status = 'active' and (instance.login is not null
                    or exists (select from zed_thread_mappings thread where thread.zed_instance_id = instance.id and thread.takes_up)))
                or exists (select from agent_terminals where agent_terminals.agent_id = agents.id)
                or exists (select from turns where turns.agent_id = agents.id and turns.state in ('queued', 'sent', 'running'))
                or exists (select from agent_requests where agent_requests.agent_id = agents.id and agent_requests.state = 'open' and expires_at is not null)
            order by agents.created_at
            """).AllAsync(row => new AgentId(row.GetString(0)), cancellationToken);

    /// <summary>The agent whose instance a worker is; null when it is none's.</summary>
    public Task<AgentId?> OfWorkerAsync(string worker, CancellationToken cancellationToken) =>
        database.CommandFor("select task_id from zed_instance_mappings where worker_id = $1", worker)
            .OneAsync(row => (AgentId?)new AgentId(row.GetString(0)), cancellationToken);

    /// <summary>What a thread's program knows of a file, by its hash; null when it knows nothing.</summary>
    public Task<string?> SeenAsync(ThreadId thread, string path, CancellationToken cancellationToken) =>
        database.CommandFor("select hash from agent_seen_files where thread_id = $1 and path = $2", thread, path).OneAsync(row => row.GetString(0), cancellationToken);

    /// <summary>The agent that a person has made under a name of their client's; null when there is none.</summary>
    public Task<AgentId?> OfKeyAsync(UserId user, string idempotencyKey, CancellationToken cancellationToken) =>
        database.CommandFor("select id from agents where user_id = $1 and idempotency_key = $2", user, idempotencyKey)
            .OneAsync(row => (AgentId?)new AgentId(row.GetString(0)), cancellationToken);

    /// <summary>Stores a new agent.</summary>
    /// <param name="change">The agent.</param>
    /// <param name="events">Its events, numbered.</param>
    /// <param name="idempotencyKey">The client's name for the request; null when it gave none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddAsync(AgentChange change, IReadOnlyList<AgentEvent> events, string? idempotencyKey, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.BatchCommands.Add(AgentRows.Insert(change.Agent, events.Count == 0 ? 0 : events[^1].Seq, idempotencyKey));
            if (change.Agent.Place is { } place)
            {
                batch.BatchCommands.Add(AgentRows.InsertPlace(change.Agent, place));
            }

            _ = Add(batch, before: null, change, events); // nothing waits yet
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await connection.TellAsync(NewsLog.AgentChanged, change.Agent.Id.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Stores a change.</summary>
    /// <param name="change">What is different.</param>
    /// <param name="before">What it is a change of.</param>
    /// <param name="events">Its events, numbered.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentChangedElsewhereException">The rows are not as the change took them to be; nothing was stored.</exception>
    public async Task SaveAsync(AgentChange change, StoredAgent before, IReadOnlyList<AgentEvent> events, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var changed = await WriteAsync(connection, transaction, change, before, events, cancellationToken);
        if (AgentView.Of(change.Before) != AgentView.Of(change.Agent))
        {
            await connection.TellAsync(NewsLog.AgentChanged, change.Agent.Id.Value, clock.GetUtcNow(), cancellationToken);
        }

        foreach (var item in changed)
        {
            await connection.TellAsync(NewsLog.InboxItemChanged, item, clock.GetUtcNow(), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Finds out whether a change could be stored; nothing is.</summary>
    public async Task TryAsync(AgentChange change, StoredAgent before, IReadOnlyList<AgentEvent> events, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await WriteAsync(connection, transaction, change, before, events, cancellationToken);
        await transaction.RollbackAsync(cancellationToken);
    }

    /// <summary>The process has taken a command, or is not there any more to take it.</summary>
    public Task SaidAsync(InstanceId instance, NumberedCommand command, CancellationToken cancellationToken) =>
        database.CommandFor(
            "delete from agent_commands where instance_id = $1 and epoch = $2 and sequence = $3", instance, command.Epoch, command.Sequence).RunAsync(cancellationToken);

    public async Task RemoveAsync(AgentId id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.CommandFor("delete from agents where id = $1", id).RunAsync(cancellationToken);
        await connection.TellAsync(NewsLog.AgentRemoved, id.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes a change; gives what is to be told of beside the agent.</summary>
    private async Task<IReadOnlyList<string>> WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, AgentChange change, StoredAgent before, IReadOnlyList<AgentEvent> events, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        // First, so that it locks the agent: whoever is not its owner any more stops here.
        batch.BatchCommands.Add(AgentRows.Update(change.Agent, before.Revision, before.LastSeq + events.Count, change.Now));
        foreach (var rule in change.Used)
        {
            batch.BatchCommands.Add(PermissionRules.Use(rule, change.Now));
        }

        var changed = Add(batch, change.Before, change, events);
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException refused) when (refused.BatchCommand != batch.BatchCommands[0] && batch.BatchCommands[0].RecordsAffected == 0)
        {
            throw new AgentChangedElsewhereException(change.Agent.Id); // and so what came after it did not fit
        }

        if (Enumerable.Range(0, 1 + change.Used.Count).Any(index => batch.BatchCommands[index].RecordsAffected != 1))
        {
            throw new AgentChangedElsewhereException(change.Agent.Id);
        }

        return changed;
    }

    private List<string> Add(NpgsqlBatch batch, Agent? before, AgentChange change, IReadOnlyList<AgentEvent> events)
    {
        foreach (var command in AgentRows.Changes(before, change.Agent))
        {
            batch.BatchCommands.Add(command);
        }

        foreach (var rule in change.Rules)
        {
            batch.BatchCommands.Add(PermissionRules.Insert(rule));
        }

        var changed = new List<string>();
        foreach (var row in followers.SelectMany(follower => follower.Of(change)))
        {
            batch.BatchCommands.Add(row.Command);
            changed.AddRange(row.SubjectId is { } subject ? [subject] : []);
        }

        foreach (var command in change.Commands)
        {
            var text = JsonSerializer.Serialize(command.Command, HostJson.Default.AgentCommand);
            batch.BatchCommands.Add(Sql.BatchCommandFor(
                "insert into agent_commands (instance_id, epoch, sequence, command, created_at) values ($1, $2, $3, $4::json, $5)",
                change.Agent.Instance?.Id,
                command.Epoch,
                command.Sequence,
                text,
                change.Now));
        }

        foreach (var seen in change.Seen)
        {
            batch.BatchCommands.Add(Sql.BatchCommandFor(
                """
                insert into agent_seen_files (thread_id, path, hash, at) values ($1, $2, $3, $4)
                on conflict (thread_id, path) do update set hash = excluded.hash, at = excluded.at
                """,
                seen.Thread,
                seen.Path,
                seen.Hash,
                change.Now));
        }

        foreach (var gone in change.Gone)
        {
            batch.BatchCommands.Add(Sql.BatchCommandFor(
                "delete from agent_commands where instance_id = $1 and epoch = $2 and sequence = $3", change.Agent.Instance?.Id, gone.Epoch, gone.Sequence));
        }

        foreach (var entry in change.Entries)
        {
            batch.BatchCommands.Add(ZedEntryStore.Save(entry));
        }

        if (events.Count > 0)
        {
            batch.BatchCommands.Add(AgentEventStore.Insert(change.Agent.Id, events));
        }

        return changed;
    }
}
