using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.News;
using Npgsql;

namespace Atelier.Server.AgentPrograms;

internal sealed class AgentProgramStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Zed = "zed";

    private const string Columns = "id, name, command_template, continue_template, asking_patterns, icon, sandbox, acp_command, protocol, zed_agent";

    /// <summary>Programs that people added.</summary>
    public Task<IReadOnlyList<AgentProgram>> AllAsync(CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from agent_programs order by name, id").AllAsync(Read, cancellationToken);

    public Task<AgentProgram?> FindAsync(AgentProgramId id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from agent_programs where id = $1", id).OneAsync(Read, cancellationToken);

    public async Task SaveAsync(AgentProgram program, UserId by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await SaveAsync(connection, program, by, cancellationToken);
        await connection.TellAsync(NewsLog.AgentProgramChanged, program.Id.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes within the caller's transaction, who tells the news.</summary>
    public Task SaveAsync(NpgsqlConnection connection, AgentProgram program, UserId by, CancellationToken cancellationToken) =>
        connection.CommandFor(
            $"""
            insert into agent_programs ({Columns}, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (id) do update set name = excluded.name, command_template = excluded.command_template, continue_template = excluded.continue_template,
                asking_patterns = excluded.asking_patterns, icon = excluded.icon, sandbox = excluded.sandbox, acp_command = excluded.acp_command,
                protocol = excluded.protocol, zed_agent = excluded.zed_agent
            """,
            program.Id,
            program.Name,
            program.Command,
            program.Continue,
            program.AskingPatterns.ToArray(),
            program.Icon,
            program.Sandbox == SandboxKind.None ? "none" : "bubblewrap",
            program.AcpCommand,
            program.Protocol == AgentProtocol.Zed ? Zed : "acp",
            program.ZedAgent,
            by,
            clock.GetUtcNow()).RunAsync(cancellationToken);

    public async Task DeleteAsync(AgentProgramId id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.CommandFor("delete from agent_programs where id = $1", id).RunAsync(cancellationToken);
        await connection.TellAsync(NewsLog.AgentProgramRemoved, id.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static AgentProgram Read(NpgsqlDataReader row) => new(
        new AgentProgramId(row.GetString(0)),
        row.GetString(1),
        IsBuiltIn: false,
        row.TextOrNull(2),
        row.TextOrNull(3),
        row.GetFieldValue<string[]>(4),
        row.TextOrNull(5),
        row.GetString(6) == "none" ? SandboxKind.None : SandboxKind.Bubblewrap,
        row.TextOrNull(7))
    {
        Protocol = row.GetString(8) == Zed ? AgentProtocol.Zed : AgentProtocol.Acp,
        ZedAgent = row.TextOrNull(9),
    };
}
