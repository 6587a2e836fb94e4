using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.ZedSync;

internal static class ZedSyncSetup
{
    public static IServiceCollection AddZedSync(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ZedSyncOptions>().Bind(configuration.GetSection(ZedSyncOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ZedSyncOptions>, ZedSyncOptionsValidator>();
        services.AddSingleton<ZedConnections>();
        services.AddSingleton<ZedEntryStore>();
        services.AddSingleton<ZedTokenStore>();
        services.AddSingleton<ZedAddress>();
        services.AddSingleton<ZedAddressOf>(provider => provider.GetRequiredService<ZedAddress>().ForAsync);
        services.AddSingleton<IZedProcesses, ZedProcesses>();
        services.AddSingleton<Func<AgentOwners>>(provider => provider.GetRequiredService<AgentOwners>);
        services.AddSingleton<ZedSurroundings>();
        services.AddSingleton<ZedInstances>();
        return services;
    }
}
