using Atelier.Protocol.Layout;
using Atelier.Server.Infrastructure;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.Web;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Backups;

/// <summary>The server's program as <c>atelier restore</c> runs it: <c>restore FILE --data D …</c>, without serving anything.</summary>
/// <remarks>A data folder that holds anything is left alone, unless it is to be replaced; then what it held is set aside in it, not removed.</remarks>
internal static class RestoreRun
{
    public const string Verb = "restore";
    public const string Replace = "--Restore:Replace=true";

    // What a fresh installation has before anybody used it.
    private static readonly string[] s_ofTheInstallation = ["versions", "programs", "logs", "server.lock", "daemon.lock"];

    public static async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            await RestoreAsync(arguments, cancellationToken);
        }
        catch (BackupUnusableException problem)
        {
            throw new StartProblemException(problem.Message, problem);
        }
    }

    private static async Task RestoreAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (arguments is not [_, var file, .. var switches])
        {
            throw new StartProblemException($"{Verb} takes the file of a backup.");
        }

        var manifest = await Restore.CheckAsync(file, cancellationToken);
        await using var services = Services(switches);
        var data = services.GetRequiredService<IOptions<ServerOptions>>().Value.DataFolder;
        using var alone = ActivatorUtilities.CreateInstance<DataFolderLock>(services);
        await alone.StartAsync(cancellationToken);
        if (ProcessRecord.Find(data, ProcessRecord.Daemon) is { } daemon)
        {
            throw new StartProblemException($"A host daemon runs on {data.Path} (process {daemon.Pid}). End it and its workers first: atelier down.");
        }

        var replaces = switches.Contains(Replace);
        var postgres = services.GetService<PrivatePostgres>();
        await PrepareAsync(services, data, postgres, replaces, cancellationToken);
        try
        {
            await (postgres?.StartAsync(cancellationToken) ?? Task.CompletedTask);
            var database = services.GetRequiredService<NpgsqlDataSource>();
            await PrepareSchemaAsync(database, replaces, cancellationToken);
            await new Restore(database, services.GetRequiredService<Migrator>(), data, Console.Out).RunAsync(file, manifest, cancellationToken);
        }
        finally
        {
            await (postgres?.StopAsync(CancellationToken.None) ?? Task.CompletedTask);
        }
    }

    private static ServiceProvider Services(string[] switches)
    {
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables("ATELIER_");
        configuration.AddCommandLineSwitches(switches);
        var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddLogging(logging =>
        {
            logging.AddServerLog();
            logging.SetMinimumLevel(LogLevel.Warning);
        });
        services.AddOptions<ServerOptions>().Bind(configuration.GetSection(ServerOptions.Section));
        services.AddDatabase(configuration);
        return services.BuildServiceProvider();
    }

    private static async Task PrepareAsync(
        ServiceProvider services, DataFolder data, PrivatePostgres? postgres, bool replaces, CancellationToken cancellationToken)
    {
        var there = Directory.EnumerateFileSystemEntries(data.Path)
            .Where(path => !s_ofTheInstallation.Contains(Path.GetFileName(path)) && !Path.GetFileName(path).StartsWith("before-restore-", StringComparison.Ordinal))
            .ToList();
        if (there.Count == 0)
        {
            return;
        }

        if (!replaces)
        {
            throw new StartProblemException(
                $"{data.Path} is not empty: it holds {string.Join(", ", there.Select(Path.GetFileName).Take(5))}. Restore into an empty folder (--data), or set aside what is there with --replace.");
        }

        if (postgres is not null && Directory.Exists(data.Postgres))
        {
            // One that a killed server left running must not go on in a folder that moves.
            await using var left = new PrivatePostgres(
                data,
                services.GetRequiredService<IOptions<DatabaseOptions>>().Value.PostgresBinaries ?? "",
                TimeProvider.System,
                services.GetRequiredService<ILogger<PrivatePostgres>>());
            await left.StartAsync(cancellationToken);
            await left.StopAsync(cancellationToken);
        }

        var aside = Path.Combine(data.Path, $"before-restore-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}");
        Directory.CreateDirectory(aside, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var path in there)
        {
            Directory.Move(path, Path.Combine(aside, Path.GetFileName(path)));
        }

        await Console.Out.WriteLineAsync($"What was there is in {aside}");
    }

    private static async Task PrepareSchemaAsync(NpgsqlDataSource database, bool replaces, CancellationToken cancellationToken)
    {
        if (!await database.CommandFor("select exists (select from pg_namespace where nspname = 'atelier')").OneAsync(row => row.GetBoolean(0), cancellationToken))
        {
            return;
        }

        var aside = $"atelier_before_{TimeProvider.System.GetUtcNow():yyyyMMdd_HHmmss}";
        if (!replaces)
        {
            throw new StartProblemException("The database has a schema atelier already. Give an empty database, or set that schema aside with --replace.");
        }

        await database.CommandFor($"alter schema atelier rename to {aside}").RunAsync(cancellationToken);
        await Console.Out.WriteLineAsync($"The rows that were there are in the schema {aside}");
    }
}
