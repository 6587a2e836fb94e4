using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Hosts;
using Atelier.Server.Repositories.Worktrees;

namespace Atelier.Server.Repositories;

internal static class RepositoriesSetup
{
    public static IServiceCollection AddRepositories(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RepositoriesOptions>().Bind(configuration.GetSection(RepositoriesOptions.Section));
        services.AddSingleton<RepositoryStore>();
        services.AddSingleton<RepositoryAccess>();
        services.AddSingleton<KnownRepositories>();
        services.AddSingleton<RepositoryDirectories>();
        services.AddSingleton<IRoleSource>(provider => provider.GetRequiredService<RepositoryAccess>());
        services.AddSingleton<IProgramRights>(provider => provider.GetRequiredService<RepositoryAccess>());
        services.AddSingleton<Cloning>();
        services.AddSingleton<IHostObserver>(provider => provider.GetRequiredService<Cloning>());
        services.AddSingleton<IHostObserver, SampleOffer>();
        services.AddSingleton<WorktreeStore>();
        services.AddSingleton<WorktreePlaces>();
        return services;
    }
}
