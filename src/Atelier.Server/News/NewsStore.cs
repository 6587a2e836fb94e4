using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.News;

/// <summary>One thing that changed.</summary>
internal sealed record NewsRow(long Seq, string Kind, string SubjectId);

internal sealed class NewsStore(NpgsqlDataSource database, TimeProvider clock)
{
    public const int PageSize = 500;
    private const int KeptRows = 10_000;
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(1);

    /// <summary>Oldest and newest numbers; zeros when nothing has happened yet.</summary>
    public async Task<(long Oldest, long Newest)> RangeAsync(CancellationToken cancellationToken) =>
        await database.CommandFor("select coalesce(min(seq), 0), coalesce(max(seq), 0) from news")
            .OneAsync(row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken);

    public Task<IReadOnlyList<NewsRow>> AfterAsync(long seq, CancellationToken cancellationToken) =>
        database.CommandFor("select seq, kind, subject_id from news where seq > $1 order by seq limit $2", seq, PageSize)
            .AllAsync(row => new NewsRow(row.GetInt64(0), row.GetString(1), row.GetString(2)), cancellationToken);

    /// <summary>Drops what is older than an hour, but never the newest ten thousand (rule NS5).</summary>
    public Task TrimAsync(CancellationToken cancellationToken) =>
        database.CommandFor(
            "delete from news where at < $1 and seq < (select max(seq) from news) - $2", clock.GetUtcNow() - s_keptFor, (long)KeptRows)
            .RunAsync(cancellationToken);
}
