using Atelier.Protocol.Layout;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Tests;
using Atelier.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(TestPostgres))]

namespace Atelier.Server.Tests;

/// <summary>One private PostgreSQL for a whole test run. Each test class gets a database of its own, cloned from a migrated template.</summary>
public sealed class TestPostgres : IAsyncLifetime
{
    private const string Template = "template_atelier";
    private static int s_databases;
    private readonly DataFolder _data = new(Path.Combine(Path.GetTempPath(), $"at-pg-{Environment.ProcessId}"));
    private PrivatePostgres? _postgres;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var binaries = await Checkout.PostgresBinariesAsync(cancellationToken);
        Directory.CreateDirectory(_data.Path);
        _postgres = new PrivatePostgres(_data, binaries, TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
        await _postgres.StartAsync(cancellationToken);
        await ExecuteAsync($"create database {Template}", cancellationToken);
        await using var template = NpgsqlDataSource.Create($"{ConnectionString(Template)};Pooling=false");
        await new Migrator(template, NullLogger<Migrator>.Instance).MigrateAsync(cancellationToken);
    }

    /// <summary>A database of the test's own; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken, bool migrated = true)
    {
        var name = $"test_{Interlocked.Increment(ref s_databases)}";
        await ExecuteAsync($"create database {name} template {(migrated ? Template : "template0")}", cancellationToken);
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.StopAsync(CancellationToken.None);
            await _postgres.DisposeAsync();
        }

        Directory.Delete(_data.Path, recursive: true);
    }

    private string ConnectionString(string database) => PrivatePostgres.ConnectionString(_data, database);

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
