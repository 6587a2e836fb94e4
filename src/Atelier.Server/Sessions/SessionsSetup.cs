using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Hosts;
using Atelier.Server.Sessions.Sockets;
using Atelier.Server.Sessions.Workers;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Sessions;

internal static class SessionsSetup
{
    public static IServiceCollection AddSessions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SessionsOptions>().Bind(configuration.GetSection(SessionsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SessionsOptions>, SessionsOptionsValidator>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<WorkerSignals>();
        services.AddSingleton<SessionOwners>();
        services.AddSingleton<IHostObserver>(provider => provider.GetRequiredService<SessionOwners>());
        services.AddSingleton<SessionAccess>();
        services.AddSingleton<IRoleSource>(provider => provider.GetRequiredService<SessionAccess>());
        services.AddSingleton<SessionViews>();
        services.AddSingleton<WorkerLaunches>();
        services.AddSingleton<SessionCreation>();
        services.AddSingleton<SessionRemoval>();
        services.AddSingleton<WorkerPlaces>();
        services.AddSingleton<WorkerViewers>();
        return services;
    }

    public static void MapSessionsAndWorkers(this IEndpointRouteBuilder routes)
    {
        routes.MapSessions();
        routes.MapWorkers();
        routes.MapWorkerSocket();
    }
}
