using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Context;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Editors;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Lists;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Searches;
using Atelier.Server.Agents.Tools;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Agents.ZedSync;
using Atelier.Server.Hosts;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents;

internal static class AgentsSetup
{
    public static IServiceCollection AddAgents(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AgentsOptions>().Bind(configuration.GetSection(AgentsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AgentsOptions>, AgentsOptionsValidator>();
        services.AddOptions<BuiltInOptions>().Bind(configuration.GetSection(BuiltInOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BuiltInOptions>, BuiltInOptionsValidator>();
        services.AddSingleton<AgentContexts>();
        services.AddSingleton<BuiltInSurroundings>();
        services.AddSingleton<AgentRows>();
        services.AddSingleton<AgentStore>();
        services.AddSingleton<AgentHistory>();
        services.AddSingleton<AgentGlances>();
        services.AddSingleton<PermissionRules>();
        services.AddSingleton<AgentListing>();
        services.AddSingleton<AgentSearch>();
        services.AddSingleton<AgentEventStore>();
        services.AddSingleton<AgentEventStreams>();
        services.AddSingleton<AgentFeed>();
        services.AddSingleton<HostedEffects>();
        services.AddSingleton<HostedInstances>();
        services.AddZedSync(configuration);
        services.AddSingleton<IInstanceHost, InstanceRouter>();
        services.AddSingleton<IAgentPlaces, AgentPlaces>();
        services.AddSingleton<AgentSurroundings>();
        services.AddSingleton<AgentCreation>();
        services.AddSingleton<AgentOwners>();
        services.AddSingleton<IAgentBatches>(provider => provider.GetRequiredService<AgentOwners>());
        services.AddHostedService(provider => provider.GetRequiredService<AgentOwners>());
        services.AddSingleton<AgentAccess>();
        services.AddSingleton<IRoleSource>(provider => provider.GetRequiredService<AgentAccess>());
        services.AddSingleton<RequestAnswering>();
        services.AddEditors(configuration);
        services.AddAgentTools(configuration);
        return services;
    }

    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        routes.MapAgentLists();
        routes.MapAgentSearch();
        routes.MapAgentRoutes();
        routes.MapMovedSessions();
        routes.MapWorkSessions();
        routes.MapTurns();
        routes.MapAgentEvents();
        routes.MapAgentContext();
        routes.MapPermissionRules();
        routes.MapLogins();
        routes.MapConversations();
        routes.MapEditors();
        routes.MapTools();
        routes.MapZedSync();
    }
}
