using Atelier.Server.Infrastructure.Secrets;
using Atelier.Server.ModelProviders.Asking;
using Microsoft.Extensions.Options;

namespace Atelier.Server.ModelProviders;

internal static class ModelProvidersSetup
{
    public static IServiceCollection AddModelProviders(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ModelProvidersOptions>().Bind(configuration.GetSection(ModelProvidersOptions.Section))
            .Validate(
                set => set.BaseUrl is not { Length: > 0 } || ModelProviderWords.KindOf(set.Kind) is not null,
                "Models:Kind is anthropic or openai-compatible.")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ModelProvidersOptions>, ModelProvidersOptionsValidator>();
        services.AddSingleton<SealedSecrets>();
        services.AddSingleton<ModelProviderStore>();
        services.AddSingleton<KnownModels>();
        services.AddHttpClient(ModelClient.Name)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan) // an answer takes its time; silence is watched
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }); // a key goes where it was meant for
        services.AddSingleton<ModelClient>();
        return services;
    }
}
