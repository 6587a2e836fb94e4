using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.News;
using Npgsql;

namespace Atelier.Server.News;

/// <summary>The rows that say what changed (rules NS1, NS5).</summary>
internal sealed class NewsStore(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Rows are read in pages of this many.</summary>
    public const int PageSize = 500;

    public async Task<long> LastAsync(CancellationToken cancellationToken) =>
        await database.CommandFor("select coalesce(max(seq), 0) from news").OneAsync(row => row.GetInt64(0), cancellationToken);

    /// <summary>Whether everything after a number is still there: what a client that comes back has missed.</summary>
    public async Task<bool> HasAllAfterAsync(long number, long last, CancellationToken cancellationToken)
    {
        var first = await database.CommandFor("select min(seq) from news").OneAsync(
            row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), cancellationToken);
        return number == last || (number < last && first <= number + 1);
    }

    public Task<IReadOnlyList<NewsItem>> AfterAsync(long number, CancellationToken cancellationToken) =>
        database.CommandFor($"select seq, kind, subject_id from news where seq > $1 order by seq limit {PageSize}", number)
            .AllAsync(row => new NewsItem(row.GetInt64(0), row.GetString(1), row.GetString(2)), cancellationToken);

    /// <summary>Drops what is both old and long past.</summary>
    public Task DropOldAsync(TimeSpan keepFor, int keepAtLeast, CancellationToken cancellationToken) =>
        database.CommandFor(
            "delete from news where at < $1 and seq <= (select max(seq) from news) - $2",
            clock.GetUtcNow() - keepFor,
            (long)keepAtLeast).RunAsync(cancellationToken);

    /// <summary>Says that hosts came or went: that is known to this process alone, and told like a change of their rows.</summary>
    public async Task TellHostsAsync(IEnumerable<string> hosts, CancellationToken cancellationToken)
    {
        foreach (var host in hosts)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await connection.TellAsync(NewsLog.HostChanged, host, clock.GetUtcNow(), cancellationToken);
        }
    }
}
