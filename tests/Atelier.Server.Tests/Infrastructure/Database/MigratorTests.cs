using Atelier.Server.Infrastructure;
using Atelier.Server.Infrastructure.Database;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Atelier.Server.Tests.Infrastructure.Database;

public sealed class MigratorTests(TestPostgres postgres)
{
    private static readonly Migration s_things = new(1, "0001-things", "create table atelier.things (id integer)");
    private static readonly Migration s_one = new(2, "0002-one", "insert into atelier.things values (1)");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_step_is_applied_once_however_often_servers_start()
    {
        await using var database = await EmptyDatabaseAsync();

        await MigrateAsync(database, s_things);
        await MigrateAsync(database, s_things, s_one);
        await MigrateAsync(database, s_things, s_one);

        Assert.Equal(1, await CountAsync(database, "things"));
    }

    [Fact]
    public async Task Servers_that_start_at_once_apply_each_step_once()
    {
        await using var database = await EmptyDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(database, s_things, s_one)));

        Assert.Equal(1, await CountAsync(database, "things"));
    }

    [Fact]
    public async Task A_step_that_breaks_leaves_nothing_and_is_tried_again()
    {
        await using var database = await EmptyDatabaseAsync();
        var broken = new Migration(2, "0002-one", "insert into atelier.things values (1); select no_such_thing()");

        await Assert.ThrowsAsync<PostgresException>(() => MigrateAsync(database, s_things, broken));
        Assert.Equal(0, await CountAsync(database, "things"));

        await MigrateAsync(database, s_things, s_one);
        Assert.Equal(1, await CountAsync(database, "things"));
    }

    [Fact]
    public async Task An_applied_step_that_was_changed_stops_the_server()
    {
        await using var database = await EmptyDatabaseAsync();
        await MigrateAsync(database, s_things);

        var problem = await Assert.ThrowsAsync<StartProblemException>(
            () => MigrateAsync(database, new Migration(1, "0001-things", "create table atelier.things (id text)")));

        Assert.Contains("0001-things", problem.Message, StringComparison.Ordinal);
    }

    private async Task<NpgsqlDataSource> EmptyDatabaseAsync() =>
        NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(Cancel, migrated: false));

    private static Task MigrateAsync(NpgsqlDataSource database, params Migration[] migrations) =>
        new Migrator(database, NullLogger<Migrator>.Instance).MigrateAsync(migrations, Cancel);

    private static async Task<long> CountAsync(NpgsqlDataSource database, string table) =>
        await database.CommandFor($"select count(*) from atelier.{table}").OneAsync(row => row.GetInt64(0), Cancel);
}
