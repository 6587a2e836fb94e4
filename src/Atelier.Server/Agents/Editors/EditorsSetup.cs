using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Editors;

internal static class EditorsSetup
{
    public static IServiceCollection AddEditors(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EditorOptions>().Bind(configuration.GetSection(EditorOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EditorOptions>, EditorOptionsValidator>();
        services.AddSingleton<EditorSessionStore>();
        services.AddSingleton<EditorPlaces>();
        services.AddSingleton<EditorSessions>();
        services.AddSingleton<EditorAsking>();
        services.AddSingleton<EditorWatching>();
        services.AddSingleton<EditorLogins>();
        return services;
    }
}
