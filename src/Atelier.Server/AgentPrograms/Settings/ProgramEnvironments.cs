using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.Secrets;
using Npgsql;

namespace Atelier.Server.AgentPrograms.Settings;

/// <summary>Variables that a program gets beside those of the machine, keys among them; sealed in the rows, and told to nobody but the program.</summary>
internal sealed class ProgramEnvironments(NpgsqlDataSource database, SealedSecrets secrets, TimeProvider clock)
{
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(AgentProgramId program, CancellationToken cancellationToken) =>
        await database.CommandFor("select variables from program_environments where agent_program_id = $1", program)
            .OneAsync(row => row.GetFieldValue<byte[]>(0), cancellationToken) is { } kept
        && secrets.Open(kept) is { } text
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? []
            : new Dictionary<string, string>();

    public Task SaveAsync(AgentProgramId program, IReadOnlyDictionary<string, string> variables, UserId by, CancellationToken cancellationToken) => variables.Count == 0
        ? database.CommandFor("delete from program_environments where agent_program_id = $1", program).RunAsync(cancellationToken)
        : database.CommandFor(
            """
            insert into program_environments (agent_program_id, variables, changed_by, changed_at) values ($1, $2, $3, $4)
            on conflict (agent_program_id) do update set variables = excluded.variables, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """,
            program,
            secrets.Seal(JsonSerializer.Serialize(variables)),
            by,
            clock.GetUtcNow()).RunAsync(cancellationToken);
}
