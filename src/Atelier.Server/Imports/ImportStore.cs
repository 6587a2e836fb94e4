using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Npgsql;
using NpgsqlTypes;

namespace Atelier.Server.Imports;

/// <summary>What was taken over from other programs, as it was there.</summary>
internal sealed class ImportStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string AgentConsole = "agent-console";

    // Any number will do that nobody else locks; these are the letters "imports".
    private const long OneAtATime = 0x69_6D_70_6F_72_74_73;

    /// <summary>Imports take turns, to the end of the transaction.</summary>
    public static Task TakeTurnAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.CommandFor($"select pg_advisory_xact_lock({OneAtATime})").RunAsync(cancellationToken);

    /// <summary>What each thing became that was taken over before.</summary>
    public static async Task<IReadOnlyDictionary<(ImportedKind Kind, string Id), string>> SubjectsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.CommandFor("select kind, id, subject_id from imported_records where source = $1", AgentConsole)
            .AllAsync(row => (Key: (Kind(row.GetString(0)), row.GetString(1)), Subject: row.GetString(2)), cancellationToken))
        .ToDictionary(row => row.Key, row => row.Subject);

    public async Task AddAsync(NpgsqlConnection connection, ImportedRecord record, UserId by, CancellationToken cancellationToken)
    {
        await using var command = connection.CommandFor(
            """
            insert into imported_records (source, kind, id, subject_id, original, notes, imported_by, imported_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            AgentConsole,
            Word(record.Kind),
            record.Id,
            record.SubjectId,
            record.Original.GetRawText(),
            record.Notes.ToArray(),
            by,
            clock.GetUtcNow());
        command.Parameters[4].NpgsqlDbType = NpgsqlDbType.Json;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Records, in the order of their kinds and ids there.</summary>
    /// <param name="skip">So many are left out.</param>
    /// <param name="most">So many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<ImportedRecord>> PageAsync(int skip, int most, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            select kind, id, subject_id, original, notes from imported_records where source = $1
            order by kind, id offset $2 limit $3
            """,
            AgentConsole,
            skip,
            most).AllAsync(
                row => new ImportedRecord(
                    Kind(row.GetString(0)),
                    row.GetString(1),
                    row.GetString(2),
                    JsonSerializer.Deserialize<JsonElement>(row.GetString(3)),
                    row.GetFieldValue<string[]>(4)),
                cancellationToken);

    private static string Word(ImportedKind kind) => kind switch
    {
        ImportedKind.Repository => "repository",
        ImportedKind.AgentProgram => "agent-program",
        _ => "session",
    };

    private static ImportedKind Kind(string word) => word switch
    {
        "repository" => ImportedKind.Repository,
        "agent-program" => ImportedKind.AgentProgram,
        _ => ImportedKind.Session,
    };
}
