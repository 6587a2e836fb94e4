using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.News;
using Atelier.Server.Sessions.Workers;
using Npgsql;

namespace Atelier.Server.Sessions;

/// <summary>Sessions and their workers as rows. Every change tells the news in its transaction.</summary>
internal sealed class SessionStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string SessionColumns =
        "id, type, title, host_id, location_path, repository_id, branch, created_by, shared_role, created_at";

    private const string WorkerColumns =
        "session_id, id, type, name, agent_program_id, command, status, activity, epoch, cols, rows, exit_code, signal, created_at, kind";

    public async Task<IReadOnlyList<Session>> AllAsync(CancellationToken cancellationToken)
    {
        var sessions = await database.CommandFor($"select {SessionColumns} from sessions order by created_at desc, id").AllAsync(Read, cancellationToken);
        var workers = (await database.CommandFor($"select {WorkerColumns} from workers order by position, id").AllAsync(ReadWorker, cancellationToken))
            .ToLookup(row => row.Session, row => row.Worker);
        return [.. sessions.Select(session => session with { Workers = [.. workers[session.Id]] })];
    }

    public async Task<Session?> FindAsync(SessionId id, CancellationToken cancellationToken)
    {
        var session = await database.CommandFor($"select {SessionColumns} from sessions where id = $1", id).OneAsync(Read, cancellationToken);
        if (session is null)
        {
            return null;
        }

        var workers = await database.CommandFor(
            $"select {WorkerColumns} from workers where session_id = $1 order by position, id", id).AllAsync(ReadWorker, cancellationToken);
        return session with { Workers = [.. workers.Select(row => row.Worker)] };
    }

    /// <summary>Sessions whose workers a host holds.</summary>
    public Task<IReadOnlyList<SessionId>> OfHostAsync(HostId host, CancellationToken cancellationToken) =>
        database.CommandFor("select id from sessions where host_id = $1", host)
            .AllAsync(row => new SessionId(row.GetString(0)), cancellationToken);

    public Task<SessionId?> OfWorkerAsync(string worker, CancellationToken cancellationToken) =>
        database.CommandFor("select session_id from workers where id = $1", worker)
            .OneAsync(row => (SessionId?)new SessionId(row.GetString(0)), cancellationToken);

    /// <summary>Which of these ids sessions have.</summary>
    public async Task<IReadOnlySet<string>> KnownSessionsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        (await database.CommandFor("select id from sessions where id = any ($1)", (object)ids.ToArray())
            .AllAsync(row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Which of these ids workers have.</summary>
    public async Task<IReadOnlySet<string>> KnownWorkersAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        (await database.CommandFor("select id from workers where id = any ($1)", (object)ids.ToArray())
            .AllAsync(row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Writes a session as it is now: its row, its workers, and that it changed.</summary>
    public async Task SaveAsync(Session session, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await SaveAsync(connection, session, cancellationToken);
        await connection.TellAsync(NewsLog.SessionChanged, session.Id.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes within the caller's transaction, who tells the news.</summary>
    public static async Task SaveAsync(NpgsqlConnection connection, Session session, CancellationToken cancellationToken)
    {
        await connection.CommandFor(
            $"""
            insert into sessions ({SessionColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (id) do update set title = excluded.title, location_path = excluded.location_path, branch = excluded.branch, shared_role = excluded.shared_role
            """,
            session.Id,
            Word(session.Type),
            session.Title,
            session.HostId,
            session.LocationPath,
            session.RepositoryId,
            session.Branch,
            session.CreatedBy,
            session.SharedRole is { } role ? Word(role) : null,
            session.CreatedAt).RunAsync(cancellationToken);
        await connection.CommandFor(
            "delete from workers where session_id = $1 and id <> all ($2)",
            session.Id,
            session.Workers.Select(worker => worker.Id.Value).ToArray()).RunAsync(cancellationToken);
        foreach (var (position, worker) in session.Workers.Index())
        {
            await SaveAsync(connection, session.Id, position, worker, cancellationToken);
        }
    }

    /// <summary>Writes what an agent does.</summary>
    public Task SaveActivityAsync(Worker worker, CancellationToken cancellationToken) =>
        database.CommandFor("update workers set activity = $2 where id = $1", worker.Id, Word(worker.Activity)).RunAsync(cancellationToken);

    public async Task DeleteAsync(SessionId id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.CommandFor("delete from sessions where id = $1", id).RunAsync(cancellationToken);
        await connection.TellAsync(NewsLog.SessionRemoved, id.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static Task<int> SaveAsync(
        NpgsqlConnection connection, SessionId session, int position, Worker worker, CancellationToken cancellationToken) =>
        connection.CommandFor(
            $"""
            insert into workers ({WorkerColumns}, position) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            on conflict (id) do update set name = excluded.name, command = excluded.command, status = excluded.status, activity = excluded.activity,
                epoch = excluded.epoch, cols = excluded.cols, rows = excluded.rows, exit_code = excluded.exit_code, signal = excluded.signal,
                position = excluded.position
            """,
            session,
            worker.Id,
            Word(worker.Type),
            worker.Name,
            worker.AgentProgramId,
            worker.Command?.ToArray(),
            Word(worker.Status),
            Word(worker.Activity),
            worker.Epoch,
            worker.Cols,
            worker.Rows,
            worker.ExitCode,
            worker.Signal,
            worker.CreatedAt,
            Word(worker.Kind),
            position).RunAsync(cancellationToken);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static T Of<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);

    private static Session Read(NpgsqlDataReader row) => new()
    {
        Id = new SessionId(row.GetString(0)),
        Type = Of<SessionType>(row.GetString(1)),
        Title = row.TextOrNull(2),
        HostId = new HostId(row.GetString(3)),
        LocationPath = row.GetString(4),
        RepositoryId = row.TextOrNull(5),
        Branch = row.TextOrNull(6),
        CreatedBy = new UserId(row.GetString(7)),
        SharedRole = row.TextOrNull(8) is { } role ? Of<Role>(role) : null,
        CreatedAt = row.Time(9),
    };

    private static (SessionId Session, Worker Worker) ReadWorker(NpgsqlDataReader row) => (
        new SessionId(row.GetString(0)),
        new Worker
        {
            Id = new WorkerId(row.GetString(1)),
            Type = Of<WorkerType>(row.GetString(2)),
            Name = row.GetString(3),
            AgentProgramId = row.TextOrNull(4),
            Command = row.IsDBNull(5) ? null : row.GetFieldValue<string[]>(5),
            Status = Of<WorkerStatus>(row.GetString(6)),
            Activity = Of<ActivityState>(row.GetString(7)),
            Epoch = row.GetInt32(8),
            Cols = row.GetInt32(9),
            Rows = row.GetInt32(10),
            ExitCode = row.IsDBNull(11) ? null : row.GetInt32(11),
            Signal = row.TextOrNull(12),
            CreatedAt = row.Time(13),
            Kind = Of<WorkerKind>(row.GetString(14)),
        });
}
