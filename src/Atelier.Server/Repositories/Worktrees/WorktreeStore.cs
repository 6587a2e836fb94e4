using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Repositories.Worktrees;

/// <summary>A worktree's number on its host, the first of its ports, and when it was taken.</summary>
internal sealed record WorktreeNumber(int Number, int FirstPort, DateTimeOffset TakenAt);

internal sealed class WorktreeStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const int FirstPort = 21_000;
    private const int PortsEach = 10;
    private const int LastPort = 65_535;

    /// <summary>So many worktrees of a host have ports of their own.</summary>
    public const int MostNumbers = (LastPort - FirstPort + 1) / PortsEach;

    /// <summary>The smallest number that no worktree of the host has, taken for a path; null when all ports are taken. Asking again gives the same.</summary>
    public async Task<WorktreeNumber?> TakeNumberAsync(
        Repository repository, string branch, string placeholder, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.CommandFor("select pg_advisory_xact_lock(hashtext($1))", $"worktrees {repository.HostId}").RunAsync(cancellationToken);
        var number = await connection.CommandFor(
            """
            insert into worktrees (host_id, path, repository_id, branch, number, first_port, created_at)
            select $1, $2, $3, $4, free.number, $5 + (free.number - 1) * $6, $7
            from (
                select min(candidate) as number
                from generate_series(1, (select coalesce(max(number), 0) + 1 from worktrees where host_id = $1)) as candidate
                where not exists (select from worktrees where host_id = $1 and number = candidate)
            ) as free
            where free.number <= $8 or exists (select from worktrees where host_id = $1 and path = $2)
            on conflict (host_id, path) do update set branch = excluded.branch
            returning number, first_port, created_at
            """,
            repository.HostId,
            placeholder,
            repository.Id,
            branch,
            FirstPort,
            PortsEach,
            clock.GetUtcNow(),
            MostNumbers).OneAsync(row => new WorktreeNumber(row.GetInt32(0), row.GetInt32(1), row.Time(2)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return number;
    }

    /// <summary>The worktree is there: its number goes by its real path from now on.</summary>
    public Task PlaceAsync(HostId host, string placeholder, string path, CancellationToken cancellationToken) =>
        database.CommandFor(
            """
            with gone as (delete from worktrees where host_id = $1 and path = $3 and path <> $2)
            update worktrees set path = $3 where host_id = $1 and path = $2
            """,
            host,
            placeholder,
            path).RunAsync(cancellationToken);

    public Task ForgetAsync(HostId host, string path, CancellationToken cancellationToken) =>
        database.CommandFor("delete from worktrees where host_id = $1 and path = $2", host, path).RunAsync(cancellationToken);

    public Task<int?> FirstPortAsync(HostId host, string path, CancellationToken cancellationToken) =>
        database.CommandFor("select first_port from worktrees where host_id = $1 and path = $2", host, path)
            .OneAsync(row => (int?)row.GetInt32(0), cancellationToken);

    /// <summary>Sessions that work in a place.</summary>
    public Task<IReadOnlyList<string>> SessionsInAsync(HostId host, string path, CancellationToken cancellationToken) =>
        database.CommandFor("select id from sessions where host_id = $1 and location_path = $2", host, path)
            .AllAsync(row => row.GetString(0), cancellationToken);
}
