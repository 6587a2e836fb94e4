using System.IO.Compression;
using System.Net;
using Atelier.Protocol.Layout;
using Atelier.Server.Accounts;
using Atelier.Server.Backups;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Atelier.Server.Tests.Backups;

public sealed class BackupTests(TestPostgres postgres) : IAsyncLifetime
{
    private readonly TestServer _server = new(postgres);
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string BackupPath => _folder["backup"];

    public async ValueTask InitializeAsync() => await _server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_restored_is_what_was_backed_up()
    {
        await FillAsync();
        await BackUpAsync();
        var (database, data) = await RestoreAsync();

        await using (database)
        {
            var rows = await RowsAsync(_server.Services.GetRequiredService<NpgsqlDataSource>());
            Assert.Contains(rows, row => row.Contains("tab\\tnew line", StringComparison.Ordinal));
            Assert.Equal(rows, await RowsAsync(database));
        }

        Assert.Equal(File.ReadAllText(Path.Combine(_server.DataFolder, "token")), File.ReadAllText(data.TokenFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(data.TokenFile));
        Assert.Equal(new byte[] { 1, 2, 0, 255 }, File.ReadAllBytes(Path.Combine(data.Worker("wrk_1"), "output", "00000000000000000000.log")));
        Assert.Equal("main", new FileInfo(Path.Combine(data.Repositories, "r", "link")).LinkTarget);
        Assert.False(File.Exists(Path.Combine(data.Worker("wrk_1"), "keeper.json")));
        Assert.False(Directory.Exists(data.Worktrees));
    }

    [Fact]
    public async Task Numbers_go_on_where_they_were()
    {
        await FillAsync();
        await BackUpAsync();
        var (database, _) = await RestoreAsync();

        await using (database)
        {
            var last = await database.CommandFor("select max(seq) from atelier.audit_log").OneAsync(row => row.GetInt64(0), Cancel);
            await new AuditLog(Searching(database), TimeProvider.System).WriteAsync(new AuditEntry(Actor.Server, "tried", "test", "1"), Cancel);
            Assert.Equal(last + 1, await database.CommandFor("select max(seq) from atelier.audit_log").OneAsync(row => row.GetInt64(0), Cancel));
        }
    }

    [Fact]
    public async Task All_rows_are_of_one_moment_while_others_write()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var audit = _server.Services.GetRequiredService<AuditLog>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var database = _server.Services.GetRequiredService<NpgsqlDataSource>();

        // Each transaction writes one row into each of two tables; a backup has as many of the one as of the other.
        var writing = Task.Run(
            async () =>
            {
                for (var number = 0; !stop.IsCancellationRequested; number++)
                {
                    await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
                    await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
                    await audit.WriteAsync(connection, new AuditEntry(Actor.Server, "pair", "test", $"{number}"), CancellationToken.None);
                    await connection.CommandFor("insert into news (kind, subject_id, at) values ('pair', $1, now())", $"{number}").RunAsync(CancellationToken.None);
                    await transaction.CommitAsync(CancellationToken.None);
                    written.TrySetResult();
                }
            },
            Cancel);
        await Patience.For(written.Task, "the first pair");
        await BackUpAsync();
        await stop.CancelAsync();
        await writing;
        var (restored, _) = await RestoreAsync();

        await using (restored)
        {
            var pairs = await restored.CommandFor(
                "select (select count(*) from atelier.audit_log where action = 'pair'), (select count(*) from atelier.news where kind = 'pair')")
                .OneAsync(row => (row.GetInt64(0), row.GetInt64(1)), Cancel);
            Assert.Equal(pairs.Item1, pairs.Item2);
            Assert.True(pairs.Item1 > 0);
        }
    }

    [Fact]
    public async Task A_file_that_is_cut_off_or_whose_contents_changed_is_refused()
    {
        await FillAsync();
        await BackUpAsync();
        var whole = await File.ReadAllBytesAsync(BackupPath, Cancel);
        Assert.NotNull(await Restore.CheckAsync(BackupPath, Cancel));
        var contents = await ContentsAsync();

        // The last bytes only close tar's and gzip's own forms: without them everything is there.
        for (var length = 0; length < whole.Length - 100; length += Math.Max(1, whole.Length / 40))
        {
            await File.WriteAllBytesAsync(BackupPath, whole[..length], Cancel);
            Assert.True(await Record.ExceptionAsync(() => Restore.CheckAsync(BackupPath, Cancel)) is BackupUnusableException, $"{length} bytes of {whole.Length} were taken for the whole.");
        }

        // A change to the tar inside reaches its reader and the contents, one to the compressed bytes seldom gets past their own checks.
        var random = new Random(7);
        var tar = await UnzippedAsync(whole);
        for (var round = 0; round < 120; round++)
        {
            var changed = round % 3 == 0 ? Changed(whole, random, before: 100) : await ZippedAsync(Changed(tar, random, before: 0));
            await File.WriteAllBytesAsync(BackupPath, changed, Cancel);
            if (await Record.ExceptionAsync(() => Restore.CheckAsync(BackupPath, Cancel)) is { } problem)
            {
                Assert.IsType<BackupUnusableException>(problem);
                continue;
            }

            // Filling bytes between entries, and times that nobody needs.
            Assert.Equal(contents, await ContentsAsync());
        }
    }

    private static byte[] Changed(byte[] whole, Random random, int before)
    {
        var changed = whole.ToArray();
        changed[random.Next(20, changed.Length - before)] ^= (byte)random.Next(1, 256);
        return changed;
    }

    private static async Task<byte[]> UnzippedAsync(byte[] bytes)
    {
        using var unzipped = new MemoryStream();
        await using var zipped = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        await zipped.CopyToAsync(unzipped, Cancel);
        return unzipped.ToArray();
    }

    private static async Task<byte[]> ZippedAsync(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        await using (var stream = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            await stream.WriteAsync(bytes, Cancel);
        }

        return zipped.ToArray();
    }

    [Fact]
    public async Task A_backup_of_a_newer_build_says_so()
    {
        await WriteAsync(new BackupManifest(BackupManifest.CurrentFormat + 1, DateTimeOffset.UnixEpoch, "tomorrow", [], [], HasWorktrees: false));
        var form = await Assert.ThrowsAsync<BackupUnusableException>(() => Restore.CheckAsync(BackupPath, Cancel));
        await WriteAsync(new BackupManifest(
            1, DateTimeOffset.UnixEpoch, "tomorrow", [.. Migration.All.Select(one => new AppliedMigration(one.Number, one.Name, one.Checksum)), new AppliedMigration(Migration.All.Count + 1, "9999-later", "x")], [], HasWorktrees: false));
        var schema = await Assert.ThrowsAsync<BackupUnusableException>(() => Restore.CheckAsync(BackupPath, Cancel));

        Assert.Contains("newer build (tomorrow", form.Message, StringComparison.Ordinal);
        Assert.Contains("9999-later by a newer build", schema.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_of_an_older_schema_is_brought_up()
    {
        var old = await postgres.CreateDatabaseAsync(Cancel, migrated: false);
        await using (var source = NpgsqlDataSource.Create($"{old};Pooling=false"))
        {
            await new Migrator(source, NullLogger<Migrator>.Instance).MigrateAsync([.. Migration.All.Take(1)], Cancel);
            await source.CommandFor("insert into atelier.users (id, display_name, is_administrator, created_at) values ('usr_old', 'Olga', true, now())").RunAsync(Cancel);
            await using var connection = await source.OpenConnectionAsync(Cancel);
            var tables = await BackupRows.TablesAsync(connection, Cancel);
            await using var file = File.Create(BackupPath);
            await using var writer = new BackupWriter(file);
            await writer.WriteManifestAsync(
                new BackupManifest(1, DateTimeOffset.UnixEpoch, "old", await BackupRows.MigrationsAsync(connection, Cancel), tables, HasWorktrees: false), Cancel);
            foreach (var table in tables)
            {
                using var rows = await BackupRows.OutAsync(connection, table, Cancel);
                await writer.WriteTableAsync(table.Name, rows, Cancel);
            }

            await writer.CompleteAsync(Cancel);
        }

        var (database, _) = await RestoreAsync();

        await using (database)
        {
            Assert.Equal("Olga", await database.CommandFor("select display_name from atelier.users").OneAsync(row => row.GetString(0), Cancel));
            Assert.Equal(Migration.All.Count, await database.CommandFor("select count(*)::int from atelier.migrations").OneAsync(row => row.GetInt32(0), Cancel));
        }
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/tmp/atelier-outside")]
    public async Task Nothing_is_written_outside_of_the_data_folder(string name)
    {
        await using (var file = File.Create(BackupPath))
        await using (var writer = new BackupWriter(file))
        {
            await writer.WriteManifestAsync(new BackupManifest(1, DateTimeOffset.UnixEpoch, "evil", [], [], HasWorktrees: false), Cancel);
            await writer.WriteFileAsync(typeof(BackupTests).Assembly.Location, name, Cancel);
            await writer.CompleteAsync(Cancel);
        }

        await Assert.ThrowsAsync<BackupUnusableException>(RestoreAsync);
        Assert.False(File.Exists(_folder["outside"]) || File.Exists("/tmp/atelier-outside"));
    }

    [Fact]
    public async Task Only_an_administrator_makes_one()
    {
        using var person = _server.Client(await _server.AddUserAsync("Nobody special", Cancel));
        using var answer = await person.PostAsync("/api/backups", content: null, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task FillAsync()
    {
        await _server.Services.GetRequiredService<HostStore>().LocalAsync("a key", Cancel);
        await _server.Services.GetRequiredService<AuditLog>().WriteAsync(
            new AuditEntry(Actor.Server, "tried", "test", "tab\tnew line\nback\\slash ü"), Cancel);
        var output = Directory.CreateDirectory(Path.Combine(_server.DataFolder, "workers", "wrk_1", "output")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(output, "00000000000000000000.log"), [1, 2, 0, 255], Cancel);
        await File.WriteAllTextAsync(Path.Combine(_server.DataFolder, "workers", "wrk_1", "keeper.json"), "{}", Cancel);
        var repository = Directory.CreateDirectory(Path.Combine(_server.DataFolder, "repositories", "r")).FullName;
        File.CreateSymbolicLink(Path.Combine(repository, "link"), "main");
        Directory.CreateDirectory(Path.Combine(_server.DataFolder, "worktrees", "w"));
    }

    private async Task BackUpAsync()
    {
        using var http = _server.Client(_server.Token);
        using var answer = await http.PostAsync("/api/backups", content: null, Cancel);
        answer.EnsureSuccessStatusCode();
        await using var file = File.Create(BackupPath);
        await answer.Content.CopyToAsync(file, Cancel);
    }

    private async Task WriteAsync(BackupManifest manifest)
    {
        await using var file = File.Create(BackupPath);
        await using var writer = new BackupWriter(file);
        await writer.WriteManifestAsync(manifest, Cancel);
        await writer.CompleteAsync(Cancel);
    }

    private async Task<IReadOnlyList<string>> ContentsAsync()
    {
        var contents = new List<string>();
        await BackupFile.ReadAsync(
            BackupPath,
            _ => Task.CompletedTask,
            async (entry, content) =>
            {
                using var bytes = new MemoryStream();
                await content.CopyToAsync(bytes, Cancel);
                contents.Add($"{entry.EntryType} {entry.Name} {entry.Mode} {entry.LinkName} {Convert.ToHexString(bytes.ToArray())}");
            },
            Cancel);
        return contents;
    }

    private async Task<(NpgsqlDataSource Database, DataFolder Data)> RestoreAsync()
    {
        var manifest = await Restore.CheckAsync(BackupPath, Cancel);
        var database = NpgsqlDataSource.Create($"{await postgres.CreateDatabaseAsync(Cancel, migrated: false)};Pooling=false");
        var data = new DataFolder(Directory.CreateDirectory(_folder["restored"]).FullName);
        await new Restore(database, new Migrator(database, NullLogger<Migrator>.Instance), data, TextWriter.Null).RunAsync(BackupPath, manifest, Cancel);
        return (database, data);
    }

    private static NpgsqlDataSource Searching(NpgsqlDataSource database) => NpgsqlDataSource.Create($"{database.ConnectionString};Search Path=atelier");

    /// <summary>Every row of every table; the audit entry of the backup itself is in it.</summary>
    private static async Task<IReadOnlyList<string>> RowsAsync(NpgsqlDataSource database)
    {
        var tables = await database.CommandFor("select relname from pg_class where relnamespace = 'atelier'::regnamespace and relkind = 'r' and relname <> 'migrations' order by 1")
            .AllAsync(row => row.GetString(0), Cancel);
        var rows = new List<string>();
        foreach (var table in tables)
        {
            rows.AddRange(await database.CommandFor($"select row_to_json(one)::text from atelier.{table} one order by 1").AllAsync(row => $"{table} {row.GetString(0)}", Cancel));
        }

        return rows;
    }
}
