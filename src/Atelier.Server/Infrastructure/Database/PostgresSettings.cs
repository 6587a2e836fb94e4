namespace Atelier.Server.Infrastructure.Database;

/// <summary>Settings of the private PostgreSQL: one server's rows, safe on disk, cheap while nothing happens.</summary>
internal static class PostgresSettings
{
    public static IReadOnlyList<string> For(PostgresFolder folder) =>
    [
        Postmaster.Mark,
        "listen_addresses=",
        $"unix_socket_directories={folder.Sockets}",
        $"hba_file={folder.AccessFile}",
        $"ident_file={folder.NamesFile}",
        "max_connections=50",
        "shared_buffers=32MB",
        "max_wal_size=256MB",
        // Compiling queries and starting workers for them costs more than our short queries take.
        "jit=off",
        "max_parallel_workers_per_gather=0",
        "io_method=sync",
        // Nobody replicates a private instance.
        "wal_level=minimal",
        "max_wal_senders=0",
        "max_logical_replication_workers=0",
        "log_min_messages=warning",
        "log_line_prefix=%m [%p] ",
        "log_timezone=UTC",
        "timezone=UTC",
    ];
}
