using System.Text.Json;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Accounts;

/// <summary>One line of the audit log as people read it.</summary>
/// <param name="Seq">Grows with each line.</param>
/// <param name="At">When.</param>
/// <param name="ActorKind">user, agent, host or server.</param>
/// <param name="ActorId">Who.</param>
/// <param name="ActorName">A user's name as it is now; null for anybody else.</param>
/// <param name="Action">What, in the past.</param>
/// <param name="SubjectKind">To what kind of thing.</param>
/// <param name="SubjectId">To which thing.</param>
/// <param name="Details">More; null when there is none.</param>
internal sealed record AuditLine(
    long Seq, DateTimeOffset At, string ActorKind, string ActorId, string? ActorName, string Action, string SubjectKind, string SubjectId, JsonElement? Details);

internal sealed class AuditQueries(NpgsqlDataSource database)
{
    /// <summary>Lines before a number, the newest first.</summary>
    /// <param name="before">Only older ones than this; null for the newest.</param>
    /// <param name="subject">Only of this thing; null for all.</param>
    /// <param name="most">So many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<AuditLine>> PageAsync(long? before, string? subject, int most, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            select line.seq, line.at, line.actor_kind, line.actor_id, person.display_name, line.action, line.subject_kind, line.subject_id, line.details::text
            from audit_log line
            left join users person on line.actor_kind = 'user' and person.id = line.actor_id
            where ($1::bigint is null or line.seq < $1) and ($2::text is null or line.subject_id = $2)
            order by line.seq desc limit $3
            """,
            before,
            subject,
            most).AllAsync(
                row => new AuditLine(
                    row.GetInt64(0),
                    row.Time(1),
                    row.GetString(2),
                    row.GetString(3),
                    row.TextOrNull(4),
                    row.GetString(5),
                    row.GetString(6),
                    row.GetString(7),
                    row.TextOrNull(8) is { } details ? JsonSerializer.Deserialize<JsonElement>(details) : null),
                cancellationToken);
}
