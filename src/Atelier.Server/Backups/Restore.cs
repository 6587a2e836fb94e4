using System.Formats.Tar;
using Atelier.Protocol.Layout;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Backups;

/// <summary>Puts a backup into an empty data folder and an empty schema. The file is read to its end before anything is changed.</summary>
internal sealed class Restore(NpgsqlDataSource database, Migrator migrator, DataFolder data, TextWriter says)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<(string Path, string Target)> _links = [];
    private readonly List<(string Path, UnixFileMode Mode)> _folders = [];

    /// <summary>Reads a whole backup, and says what it is.</summary>
    /// <exception cref="BackupUnusableException">It is damaged, or of a newer build.</exception>
    public static async Task<BackupManifest> CheckAsync(string file, CancellationToken cancellationToken)
    {
        BackupManifest? manifest = null;
        await BackupFile.ReadAsync(
            file,
            found =>
            {
                manifest = found;
                return MigrationPlan.For(Migration.All, found.Migrations) is MigrationPlan.Refuse refuse
                    ? throw new BackupUnusableException($"{file} cannot be restored by this build. {refuse.Reason}")
                    : Task.CompletedTask;
            },
            (_, _) => Task.CompletedTask,
            cancellationToken);
        return manifest ?? throw new BackupUnusableException($"{file} is no backup of Atelier.");
    }

    /// <summary>Restores what has been checked.</summary>
    public async Task RunAsync(string file, BackupManifest manifest, CancellationToken cancellationToken)
    {
        // The schema as it was, the rows, and then what has come since.
        await migrator.MigrateAsync([.. Migration.All.Take(manifest.Migrations.Count)], cancellationToken);
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var rows = new RestoredRows(connection, manifest);
            await BackupFile.ReadAsync(file, _ => Task.CompletedTask, (entry, content) => TakeAsync(entry, content, rows, cancellationToken), cancellationToken);
            await rows.CompleteAsync(cancellationToken);
            await BackupRows.SetNumbersAsync(connection, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await migrator.MigrateAsync(cancellationToken);
        foreach (var (path, target) in _links)
        {
            File.CreateSymbolicLink(path, target);
        }

        foreach (var (path, mode) in _folders)
        {
            File.SetUnixFileMode(path, mode);
        }

        await says.WriteLineAsync($"Restored the backup of {manifest.CreatedAt:u} into {data.Path}");
        if (!manifest.HasWorktrees)
        {
            await says.WriteLineAsync("Files of worktrees are not in it: their branches are, in the repositories, up to the last commit.");
        }
    }

    private async Task TakeAsync(TarEntry entry, Stream content, RestoredRows rows, CancellationToken cancellationToken)
    {
        if (entry.Name.StartsWith(BackupFile.Tables, StringComparison.Ordinal))
        {
            await rows.TakeAsync(entry.Name, content, cancellationToken);
        }
        else if (entry.Name.StartsWith(BackupFile.Data, StringComparison.Ordinal))
        {
            await PlaceAsync(entry, content, Within(entry.Name[BackupFile.Data.Length..]), cancellationToken);
        }
    }

    private async Task PlaceAsync(TarEntry entry, Stream content, string path, CancellationToken cancellationToken)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                // Its own rights come last, so that files can be put into it.
                Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
                _folders.Add((path, entry.Mode));
                break;
            case TarEntryType.SymbolicLink:
                _links.Add((path, entry.LinkName)); // last, so that no file is written through one
                break;
            default:
                await using (var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
                {
                    await content.CopyToAsync(file, cancellationToken);
                }

                File.SetUnixFileMode(path, entry.Mode);
                File.SetLastWriteTimeUtc(path, entry.ModificationTime.UtcDateTime);
                break;
        }
    }

    private string Within(string name)
    {
        var path = Path.GetFullPath(Path.Combine(data.Path, name));
        return path.StartsWith(data.Path + "/", StringComparison.Ordinal) && !name.StartsWith('/')
            ? Path.TrimEndingDirectorySeparator(path)
            : throw new BackupUnusableException($"The backup holds {name}, which does not lie in a data folder.");
    }
}
