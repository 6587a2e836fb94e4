using Npgsql;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>
/// Brings the database up before anything else of the server starts, and takes a private one down after everything else
/// has stopped.
/// </summary>
internal sealed class DatabaseStart(Migrator migrator, PrivatePostgres? postgres = null) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (postgres is not null)
        {
            await postgres.StartAsync(cancellationToken);
        }

        try
        {
            await migrator.MigrateAsync(cancellationToken);
        }
        catch (NpgsqlException problem)
        {
            throw new StartProblemException($"The database cannot be used: {problem.Message}", problem)
            {
                MayPass = DatabaseAway.Is(problem),
            };
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        postgres?.StopAsync(cancellationToken) ?? Task.CompletedTask;
}
