using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Accounts.Login;

/// <summary>What tells this installation from another one on the same machine or behind the same name.</summary>
internal sealed class Installation(NpgsqlDataSource database, TimeProvider clock)
{
    private string? _id;

    public string Id => _id ?? throw new InvalidOperationException("The installation is read when the server starts.");

    /// <summary>
    /// Browsers keep cookies by host name, whatever the port; so each installation's has a name of its own.
    /// </summary>
    public string CookieName => $"atelier-{Id[^12..]}";

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await database.CommandFor(
            "insert into installation (id, created_at) values ($1, $2) on conflict do nothing",
            Infrastructure.Identity.Ids.New("ins", clock),
            clock.GetUtcNow()).RunAsync(cancellationToken);
        _id = await database.CommandFor("select id from installation").OneAsync(
            row => row.GetString(0), cancellationToken);
    }
}
