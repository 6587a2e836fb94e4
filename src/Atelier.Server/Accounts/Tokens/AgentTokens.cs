using System.Security.Cryptography;
using System.Text;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure;
using Atelier.Server.Infrastructure.Database;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Accounts.Tokens;

/// <summary>Marks a route that tokens of agents may call; all others refuse them.</summary>
internal sealed class TakesAgentTokens
{
    public static TakesAgentTokens Mark { get; } = new();
}

/// <summary>
/// Tokens that let the program of one agent call us about that agent, while one process of it runs. A token follows from the process it is for and a key that lies in
/// the data folder, so that it can be said again after a restart although only its hash is stored.
/// </summary>
internal sealed class AgentTokens(NpgsqlDataSource database, IOptions<ServerOptions> options, TimeProvider clock) : IDisposable
{
    private const int KeyBytes = 32;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private byte[]? _key;

    /// <summary>The token of an agent's process; it is valid from then on, until that process has ended.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="owner">On whose behalf it works.</param>
    /// <param name="epoch">The process.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Secret> OfAsync(string agent, UserId owner, int epoch, CancellationToken cancellationToken)
    {
        var mac = HMACSHA256.HashData(await KeyAsync(cancellationToken), Encoding.UTF8.GetBytes($"{agent}\n{epoch}"));
        var secret = Secret.Of(mac);
        await database.CommandFor(
            """
            insert into access_tokens (id, user_id, kind, name, token_hash, created_at, agent_id, agent_epoch)
            values ($1, $2, 'agent', $3, $4, $5, $3, $6) on conflict (token_hash) do nothing
            """,
            AccessTokenId.New(clock),
            owner,
            agent,
            secret.Hash,
            clock.GetUtcNow(),
            epoch).RunAsync(cancellationToken);
        return secret;
    }

    /// <summary>What ends the tokens of processes that have ended, in the caller's transaction.</summary>
    public static NpgsqlBatchCommand End(string agent, int lastEpoch) =>
        Sql.BatchCommandFor("delete from access_tokens where agent_id = $1 and agent_epoch <= $2", agent, lastEpoch);

    public void Dispose() => _reading.Dispose();

    private async Task<byte[]> KeyAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return _key ??= await ReadKeyAsync(options.Value.DataFolder.AgentKeyFile, cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    private static async Task<byte[]> ReadKeyAsync(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && await File.ReadAllBytesAsync(path, cancellationToken) is { Length: KeyBytes } known)
        {
            return known;
        }

        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        File.Delete($"{path}.new");
        await using (var file = new FileStream($"{path}.new", new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            await file.WriteAsync(key, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move($"{path}.new", path, overwrite: true);
        return key;
    }
}
