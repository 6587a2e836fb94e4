using System.Diagnostics;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.News;
using Npgsql;

namespace Atelier.Server.AgentPrograms.Installing;

/// <summary>Rows of what is being done about programs; each change tells everybody who sees programs.</summary>
internal sealed class ProgramInstallStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns = "agent_program_id, state, version, operation_id, problem, started_at, finished_at";

    public Task<IReadOnlyList<ProgramInstall>> AllAsync(CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from program_installs").AllAsync(Read, cancellationToken);

    /// <summary>Begins a try; gives the one that is under way already instead, if one is.</summary>
    public async Task<ProgramInstall> BeginAsync(ProgramInstall install, UserId by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var begun = await connection.CommandFor(
            $"""
            insert into program_installs ({Columns}, started_by) values ($1, $2, $3, $4, null, $5, null, $6)
            on conflict (agent_program_id) do update set state = excluded.state, version = excluded.version, operation_id = excluded.operation_id, problem = null,
                started_at = excluded.started_at, finished_at = null, started_by = excluded.started_by
            where program_installs.state not in ('installing', 'removing')
            returning {Columns}
            """,
            install.Program,
            Word(install.State),
            install.Version,
            install.OperationId,
            install.StartedAt,
            by).OneAsync(Read, cancellationToken);
        if (begun is not null)
        {
            await connection.TellAsync(NewsLog.AgentProgramChanged, install.Program.Value, clock.GetUtcNow(), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return begun ?? (await AllAsync(cancellationToken)).First(one => one.Program == install.Program);
    }

    /// <summary>A try is over, if it is still the last one.</summary>
    public async Task EndAsync(ProgramInstall install, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.CommandFor(
            "update program_installs set state = $3, problem = $4, finished_at = $5 where agent_program_id = $1 and operation_id = $2",
            install.Program,
            install.OperationId,
            Word(install.State),
            install.Problem,
            clock.GetUtcNow()).RunAsync(cancellationToken);
        await connection.TellAsync(NewsLog.AgentProgramChanged, install.Program.Value, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static string Word(ProgramInstallState state) => state switch
    {
        ProgramInstallState.Installing => "installing",
        ProgramInstallState.Removing => "removing",
        ProgramInstallState.Done => "done",
        ProgramInstallState.Failed => "failed",
        _ => throw new UnreachableException(),
    };

    private static ProgramInstall Read(NpgsqlDataReader row) => new(
        new AgentProgramId(row.GetString(0)),
        Enum.Parse<ProgramInstallState>(row.GetString(1), ignoreCase: true),
        row.GetString(2),
        row.GetString(3),
        row.TextOrNull(4),
        row.Time(5),
        row.TimeOrNull(6));
}
