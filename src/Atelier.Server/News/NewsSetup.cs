using Atelier.Server.Hosts;

namespace Atelier.Server.News;

internal static class NewsSetup
{
    public static IServiceCollection AddNews(this IServiceCollection services)
    {
        services.AddSingleton<NewsStore>();
        services.AddSingleton<NewsBell>();
        services.AddHostedService(provider => provider.GetRequiredService<NewsBell>());
        services.AddSingleton<NewsSignals>();
        services.AddSingleton<IHostObserver>(provider => provider.GetRequiredService<NewsSignals>());
        services.AddSingleton<NewsLists>();
        return services;
    }
}
