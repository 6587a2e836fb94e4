using Atelier.Server.Hosts.Links;
using Atelier.Server.Hosts.Local;

namespace Atelier.Server.Hosts;

internal static class HostsSetup
{
    public static IServiceCollection AddHosts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LocalHostOptions>().Bind(configuration.GetSection(LocalHostOptions.Section));
        services.AddSingleton<HostStore>();
        services.AddSingleton<HostMachines>();
        services.AddSingleton<HostLinks>();
        services.AddSingleton<HostViews>();
        services.AddHostedService<LocalHost>();
        services.AddExceptionHandler<HostProblemHandler>();
        return services;
    }
}
