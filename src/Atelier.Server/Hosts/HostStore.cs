using System.Security.Cryptography;
using System.Text;
using Atelier.Protocol.HostLink;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Hosts;

internal sealed class HostStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns = "id, name, is_local, version, last_seen_at";

    public Task<IReadOnlyList<HostMachine>> AllAsync(CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from hosts order by is_local desc, name, id").AllAsync(Read, cancellationToken);

    public Task<HostMachine?> FindAsync(HostId id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from hosts where id = $1", id).OneAsync(Read, cancellationToken);

    public Task<HostMachine?> FindByKeyAsync(string key, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from hosts where key_hash = $1", Hash(key)).OneAsync(Read, cancellationToken);

    /// <summary>The server's own machine, under the key its daemon will show; made when it is not there yet.</summary>
    public async Task<HostMachine> LocalAsync(string key, CancellationToken cancellationToken) =>
        await database.CommandFor(
            $"""
            insert into hosts (id, name, key_hash, is_local, created_at) values ($1, $2, $3, true, $4)
            on conflict ((true)) where is_local do update set key_hash = excluded.key_hash
            returning {Columns}
            """,
            HostId.New(clock),
            Environment.MachineName,
            Hash(key),
            clock.GetUtcNow()).OneAsync(Read, cancellationToken)
        ?? throw new InvalidOperationException("The host's row was neither made nor found.");

    public Task SawAsync(HostId id, HostHello hello, CancellationToken cancellationToken) =>
        database.CommandFor(
            "update hosts set name = $2, version = $3, boot_id = $4, last_seen_at = $5 where id = $1",
            id,
            hello.HostName,
            hello.Version,
            hello.BootId,
            clock.GetUtcNow()).RunAsync(cancellationToken);

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static HostMachine Read(NpgsqlDataReader row) =>
        new(new HostId(row.GetString(0)), row.GetString(1), row.GetBoolean(2), row.TextOrNull(3), row.TimeOrNull(4));
}
