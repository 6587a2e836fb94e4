using System.Net.Sockets;
using Npgsql;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>Tells a database that is away for a moment from one that refuses.</summary>
internal static class DatabaseAway
{
    /// <summary>
    /// Whether trying again helps: no connection, a server that starts or stops, or one that has no connections left.
    /// </summary>
    public static bool Is(Exception exception) => exception switch
    {
        PostgresException { SqlState: ['5', '7', 'P', '0', _] or ['0', '8', _, _, _] or "53300" } => true,
        PostgresException => false,
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } => true,
        NpgsqlException npgsql => npgsql.IsTransient,
        _ => false,
    };
}
