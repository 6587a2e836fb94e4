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

    public static Task TellAsync(
        this NpgsqlConnection connection, string kind, string subjectId, DateTimeOffset at, CancellationToken cancellationToken) =>
        connection.CommandFor("insert into news (kind, subject_id, at) values ($1, $2, $3)", kind, subjectId, at)
            .RunAsync(cancellationToken);
}
