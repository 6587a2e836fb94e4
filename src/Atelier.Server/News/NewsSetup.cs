using Atelier.Server.Hosts;
using Atelier.Server.News.Sources;
using Microsoft.Extensions.Options;

namespace Atelier.Server.News;

internal static class NewsSetup
{
    public static IServiceCollection AddNews(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<NewsOptions>().Bind(configuration.GetSection(NewsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<NewsOptions>, NewsOptionsValidator>();
        services.AddSingleton<NewsStore>();
        services.AddSingleton<INewsSource, SessionNews>();
        services.AddSingleton<INewsSource, AgentNews>();
        services.AddSingleton<INewsSource, InboxNews>();
        services.AddSingleton<INewsSource, HostNews>();
        services.AddSingleton<INewsSource, RepositoryNews>();
        services.AddSingleton<INewsSource, AgentProgramNews>();
        services.AddSingleton<INewsSource, OperationNews>();
        services.AddSingleton<IHostObserver, OperationProgress>();
        services.AddSingleton<NewsFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<NewsFeed>());
        return services;
    }
}
