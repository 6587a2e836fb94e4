using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Infrastructure.Database;

internal static class DatabaseSetup
{
    // Fewer than the private instance takes, so that a restarting server finds room beside the one it replaces.
    private const int MaxConnections = 40;

    /// <summary>
    /// Everybody's <see cref="NpgsqlDataSource"/>: short transactions, SQL without schema names (they are in
    /// <c>atelier</c>).
    /// </summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DatabaseOptions>()
            .Bind(configuration.GetSection(DatabaseOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptions>();
        services.AddSingleton(provider => Connect(
            provider.GetRequiredService<IOptions<DatabaseOptions>>().Value,
            provider.GetRequiredService<IOptions<ServerOptions>>().Value,
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<Migrator>();
        if (configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() is not { Connection: not null })
        {
            services.AddSingleton(provider => new PrivatePostgres(
                provider.GetRequiredService<IOptions<ServerOptions>>().Value.DataFolder,
                provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.PostgresBinaries ?? "",
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<PrivatePostgres>>()));
        }

        return services.AddHostedService<DatabaseStart>();
    }

    private static NpgsqlDataSource Connect(DatabaseOptions options, ServerOptions server, ILoggerFactory loggers)
    {
        var address = new NpgsqlConnectionStringBuilder(
            options.Connection ?? PrivatePostgres.ConnectionString(server.DataFolder))
        {
            SearchPath = "atelier",
            ApplicationName = "atelier-server",
        };
        if (options.Connection is null)
        {
            address.MaxPoolSize = MaxConnections;
            address.ConnectionIdleLifetime = 60;
            address.Timeout = 5;
        }

        // The name stands in the metrics, where the address has no place.
        return new NpgsqlDataSourceBuilder(address.ConnectionString) { Name = "atelier" }
            .UseLoggerFactory(loggers)
            .Build();
    }
}
