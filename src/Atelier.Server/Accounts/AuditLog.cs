using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Npgsql;
using NpgsqlTypes;

namespace Atelier.Server.Accounts;

/// <summary>Who did something: a person, or later an agent or a host.</summary>
internal sealed record Actor(string Kind, string Id)
{
    public static Actor Server { get; } = new("server", "server");

    public static Actor Of(UserId user) => new("user", user.Value);
}

/// <summary>One line of the audit log.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Action">What, in the past: <c>token-created</c>.</param>
/// <param name="SubjectKind">To what kind of thing: <c>token</c>.</param>
/// <param name="SubjectId">To which thing.</param>
/// <param name="Details">More; never a secret.</param>
internal sealed record AuditEntry(Actor Actor, string Action, string SubjectKind, string SubjectId, object? Details = null);

/// <summary>Who did what to which thing. Append-only; rows outlive the things they name.</summary>
internal sealed class AuditLog(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Insert =
        """
        insert into audit_log (at, actor_kind, actor_id, action, subject_kind, subject_id, details)
        values ($1, $2, $3, $4, $5, $6, $7)
        """;

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        Complete(database.CommandFor(Insert), entry).RunAsync(cancellationToken);

    /// <summary>Writes within the caller's transaction.</summary>
    public Task WriteAsync(NpgsqlConnection connection, AuditEntry entry, CancellationToken cancellationToken) =>
        Complete(connection.CommandFor(Insert), entry).RunAsync(cancellationToken);

    private NpgsqlCommand Complete(NpgsqlCommand command, AuditEntry entry)
    {
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        command.Parameters.Add(new() { Value = entry.Actor.Kind });
        command.Parameters.Add(new() { Value = entry.Actor.Id });
        command.Parameters.Add(new() { Value = entry.Action });
        command.Parameters.Add(new() { Value = entry.SubjectKind });
        command.Parameters.Add(new() { Value = entry.SubjectId });
        command.Parameters.Add(new()
        {
            NpgsqlDbType = NpgsqlDbType.Jsonb,
            Value = entry.Details is null ? DBNull.Value : JsonSerializer.Serialize(entry.Details, JsonSerializerOptions.Web),
        });
        return command;
    }
}
