using System.Data;
using Npgsql;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>
/// Brings the schema up to this build: forward only, each step in a transaction of its own, one server at a time.
/// </summary>
internal sealed partial class Migrator(NpgsqlDataSource database, ILogger<Migrator> log)
{
    // Any number will do that nobody else locks; these are the letters "Atelier".
    private const long AdvisoryLock = 0x41_74_65_6C_69_65_72;

    public Task MigrateAsync(CancellationToken cancellationToken) => MigrateAsync(Migration.All, cancellationToken);

    /// <exception cref="StartProblemException">
    /// The database is newer than this build, or an applied step was changed.
    /// </exception>
    public async Task MigrateAsync(IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_lock({AdvisoryLock})", cancellationToken);
        try
        {
            await PrepareAsync(connection, cancellationToken);
            switch (MigrationPlan.For(migrations, await AppliedAsync(connection, cancellationToken)))
            {
                case MigrationPlan.Refuse refuse:
                    throw new StartProblemException(refuse.Reason);
                case MigrationPlan.Apply apply:
                    foreach (var migration in apply.Migrations)
                    {
                        await ApplyAsync(connection, migration, cancellationToken);
                        LogApplied(migration.Name);
                    }

                    break;
            }
        }
        finally
        {
            // A pooled connection keeps its locks when it is closed; a broken one has lost them.
            if (connection.State == ConnectionState.Open)
            {
                await ExecuteAsync(connection, $"select pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
            }
        }
    }

    private static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            connection,
            """
            create schema if not exists atelier;
            create table if not exists atelier.migrations (
                number integer primary key,
                name text not null,
                checksum text not null,
                applied_at timestamptz not null default clock_timestamp()
            )
            """,
            cancellationToken);

    private static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select number, name, checksum from atelier.migrations order by number", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new List<AppliedMigration>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(new AppliedMigration(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }

        return applied;
    }

    private static async Task ApplyAsync(
        NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, migration.Sql, cancellationToken);
        await using var remember = new NpgsqlCommand(
            "insert into atelier.migrations (number, name, checksum) values ($1, $2, $3)", connection, transaction)
        {
            Parameters =
            {
                new() { Value = migration.Number },
                new() { Value = migration.Name },
                new() { Value = migration.Checksum },
            },
        };
        await remember.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Applied migration {Name}")]
    private partial void LogApplied(string name);
}
