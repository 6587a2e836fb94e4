using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Commands;

public sealed class ImportCommandTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_imported_records_are_printed_however_many_the_server_gives_at_once()
    {
        await using var insert = server.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            """
            insert into imported_records (source, kind, id, subject_id, original, notes, imported_by, imported_at)
            select 'agent-console', 'session', 's-' || number, 's-' || number, '{"n":1}', '{}', (select min(id) from users), now() from generate_series(1, 1100) as number
            """);
        await insert.ExecuteNonQueryAsync(Cancel);

        var printed = await CliRun.OfAsync(server, Cancel, "import", "records");

        Assert.Equal(1100, printed.Json["records"]!.AsArray().Select(record => (string?)record?["id"]).Distinct().Count());
    }
}
