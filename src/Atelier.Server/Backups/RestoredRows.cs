using Npgsql;

namespace Atelier.Server.Backups;

/// <summary>Copies the rows of a backup in, table after table, as their pieces come.</summary>
internal sealed class RestoredRows(NpgsqlConnection connection, BackupManifest manifest)
{
    private TextWriter? _rows;
    private string? _table;

    public async Task TakeAsync(string piece, Stream content, CancellationToken cancellationToken)
    {
        var name = piece.Split('/') is [_, var table, _] ? table : throw new BackupUnusableException($"The backup holds {piece}, which is no piece of a table.");
        if (_table != name)
        {
            await CompleteAsync(cancellationToken);
            var known = manifest.Tables.FirstOrDefault(one => one.Name == name)
                ?? throw new BackupUnusableException($"The backup holds rows of {name}, which it does not list.");
            (_rows, _table) = (await BackupRows.InAsync(connection, known, cancellationToken), name);
        }

        if (_rows is { } rows)
        {
            using var reader = new StreamReader(content, leaveOpen: true);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                await rows.WriteAsync($"{line}\n".AsMemory(), cancellationToken);
            }
        }
    }

    /// <summary>The table that was being copied is whole.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_rows is { } rows)
        {
            await rows.DisposeAsync();
            _rows = null;
        }
    }
}
