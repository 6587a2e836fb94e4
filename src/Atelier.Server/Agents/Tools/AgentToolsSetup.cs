using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Tools;

internal static class AgentToolsSetup
{
    public static IServiceCollection AddAgentTools(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AgentToolOptions>().Bind(configuration.GetSection(AgentToolOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AgentToolOptions>, AgentToolOptionsValidator>();
        services.AddSingleton<PersonQuestions>();
        services.AddSingleton<ThreadMessages>();
        services.AddSingleton<AgentTools>();
        services.AddSingleton<AgentToolServer>();
        return services;
    }
}
