using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Agents.Editors;

/// <summary>A conversation that was begun and not asked anything yet. Its agent is made by what it is asked first.</summary>
internal sealed record UnaskedSession(
    WorkSessionId Id, AgentId AgentId, UserId UserId, string RepositoryId, string? BaseBranch, string AgentProgramId, string? Title, string Cwd, DateTimeOffset CreatedAt);

internal sealed class EditorSessionStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns = "id, agent_id, user_id, repository_id, base_branch, agent_program_id, title, cwd, created_at";

    /// <summary>Stores a conversation; one that is there already stays.</summary>
    public async Task AddAsync(UnaskedSession session, TimeSpan keptFor, CancellationToken cancellationToken)
    {
        await database.CommandFor("delete from editor_sessions where created_at < $1", clock.GetUtcNow() - keptFor).RunAsync(cancellationToken);
        await database.CommandFor(
            $"insert into editor_sessions ({Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing",
            session.Id,
            session.AgentId,
            session.UserId,
            session.RepositoryId,
            session.BaseBranch,
            session.AgentProgramId,
            session.Title,
            session.Cwd,
            session.CreatedAt).RunAsync(cancellationToken);
    }

    /// <summary>A conversation of a person that was not asked anything yet; null when there is none.</summary>
    public Task<UnaskedSession?> FindAsync(UserId user, WorkSessionId id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from editor_sessions where id = $1 and user_id = $2", id, user).OneAsync(Read, cancellationToken);

    /// <summary>It was asked something: its agent is made.</summary>
    public Task RemoveAsync(WorkSessionId id, CancellationToken cancellationToken) =>
        database.CommandFor("delete from editor_sessions where id = $1", id).RunAsync(cancellationToken);

    /// <summary>The agent of a work session; null when there is none.</summary>
    public Task<AgentId?> AgentOfAsync(WorkSessionId id, CancellationToken cancellationToken) =>
        database.CommandFor("select agent_id from work_sessions where id = $1", id).OneAsync(row => (AgentId?)new AgentId(row.GetString(0)), cancellationToken);

    /// <summary>The repository and branch of the agent in whose worktree a directory lies; null when it lies in none.</summary>
    public Task<(string RepositoryId, string Branch)?> WorktreeAtAsync(string directory, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            select repository_id, branch from agent_worktrees where path = $1 or starts_with($1, path || '/') order by length(path) desc limit 1
            """,
            directory).OneAsync(row => ((string, string)?)(row.GetString(0), row.GetString(1)), cancellationToken);

    /// <summary>The program that a person gave a task last; null when they gave none.</summary>
    public Task<string?> LastProgramAsync(UserId user, CancellationToken cancellationToken) =>
        database.CommandFor("select agent_program_id from agents where user_id = $1 order by created_at desc, id desc limit 1", user)
            .OneAsync(row => row.GetString(0), cancellationToken);

    private static UnaskedSession Read(NpgsqlDataReader row) => new(
        new WorkSessionId(row.GetString(0)),
        new AgentId(row.GetString(1)),
        new UserId(row.GetString(2)),
        row.GetString(3),
        row.TextOrNull(4),
        row.GetString(5),
        row.TextOrNull(6),
        row.GetString(7),
        row.Time(8));
}
