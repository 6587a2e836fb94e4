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
    public const string HostChanged = "host-changed";

    private const long Order = 7_420_003;

    /// <summary>Says it. One transaction at a time from here to its commit, so that numbers are seen in their order.</summary>
    public static async Task TellAsync(
        this NpgsqlConnection connection, string kind, string subjectId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await connection.CommandFor($"select pg_advisory_xact_lock({Order})").RunAsync(cancellationToken);
        await connection.CommandFor("insert into news (kind, subject_id, at) values ($1, $2, $3)", kind, subjectId, at).RunAsync(cancellationToken);
    }
}
