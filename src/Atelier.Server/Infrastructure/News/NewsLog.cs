using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Infrastructure.News;

/// <summary>Where capabilities say that something of theirs changed, in the transaction of the change (rule NS1).</summary>
internal static class NewsLog
{
    public const string SessionChanged = "session-changed";
    public const string SessionRemoved = "session-removed";
    public const string RepositoryChanged = "repository-changed";
    public const string RepositoryRemoved = "repository-removed";
    public const string AgentProgramChanged = "agent-program-changed";
    public const string AgentProgramRemoved = "agent-program-removed";
    public const string AgentChanged = "agent-changed";
    public const string AgentRemoved = "agent-removed";
    public const string InboxItemChanged = "inbox-item-changed";
    public const string HostChanged = "host-changed";

    // Any number will do that nobody else locks; these are the letters "news".
    private const long InOrder = 0x6E_65_77_73;

    /// <summary>Tells of a change. Comes last in its transaction: news take turns, so that their numbers grow in the order of the commits.</summary>
    public static Task TellAsync(
        this NpgsqlConnection connection, string kind, string subjectId, DateTimeOffset at, CancellationToken cancellationToken) =>
        connection.CommandFor(
            $"""
            with turn as materialized (select pg_advisory_xact_lock({InOrder}))
            insert into news (kind, subject_id, at) select $1, $2, $3 from turn
            """,
            kind,
            subjectId,
            at).RunAsync(cancellationToken);
}
