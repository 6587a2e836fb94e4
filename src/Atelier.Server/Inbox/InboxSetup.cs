using Atelier.Server.Agents;
using Atelier.Server.Inbox.Notifications;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Inbox;

internal static class InboxSetup
{
    public static IServiceCollection AddInbox(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<InboxOptions>().Bind(configuration.GetSection(InboxOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InboxOptions>, InboxOptionsValidator>();
        services.AddSingleton<InboxListing>();
        services.AddSingleton<InboxAnswers>();
        services.AddSingleton<IAgentChangeRows, InboxRows>();
        services.AddSingleton<NotificationStore>();
        services.AddSingleton<WebhookSecret>();
        services.AddHostedService<WebhookSender>();
        return services;
    }

    public static void MapInbox(this IEndpointRouteBuilder routes)
    {
        routes.MapInboxRoutes();
        routes.MapNotificationSettings();
    }
}
