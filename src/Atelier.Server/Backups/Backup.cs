using System.Data;
using Atelier.Protocol.Layout;
using Atelier.Server.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Backups;

/// <summary>Writes everything that must outlive a machine into one stream, while the server runs.</summary>
/// <remarks>
/// All rows are of one moment, the transaction's. Files are read after them, so that nothing a row tells of is missing because it came later; what the
/// files have beyond the rows, the host's inventory brings in when it links (docs/decisions/0006-backup-by-copy.md).
/// </remarks>
internal sealed class Backup(NpgsqlDataSource database, IOptions<ServerOptions> options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Writes one, when no other is being written: each holds a snapshot of all rows, and a connection for as long as they take.</summary>
    public async Task WriteAsync(Stream stream, bool withWorktrees, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var writer = new BackupWriter(stream);
            await WriteRowsAsync(writer, withWorktrees, cancellationToken);
            await WriteFilesAsync(writer, options.Value.DataFolder, withWorktrees, cancellationToken);
            await writer.CompleteAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task WriteRowsAsync(BackupWriter writer, bool withWorktrees, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var tables = await BackupRows.TablesAsync(connection, cancellationToken);
        await writer.WriteManifestAsync(
            new BackupManifest(
                BackupManifest.CurrentFormat,
                clock.GetUtcNow(),
                ProcessRecord.BuildVersion,
                await BackupRows.MigrationsAsync(connection, cancellationToken),
                tables,
                withWorktrees),
            cancellationToken);
        foreach (var table in tables)
        {
            using var rows = await BackupRows.OutAsync(connection, table, cancellationToken);
            await writer.WriteTableAsync(table.Name, rows, cancellationToken);
        }
    }

    private static async Task WriteFilesAsync(BackupWriter writer, DataFolder data, bool withWorktrees, CancellationToken cancellationToken)
    {
        foreach (var file in BackupFiles.In(data, withWorktrees))
        {
            await (file.Kind switch
            {
                BackedUpKind.Folder => writer.WriteFolderAsync(file.Path, file.Name, cancellationToken),
                BackedUpKind.Link => writer.WriteLinkAsync(file.LinkTarget ?? "", file.Name, cancellationToken),
                _ => writer.WriteFileAsync(file.Path, file.Name, cancellationToken),
            });
        }
    }
}
