using Atelier.Server.Accounts;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Inbox.Notifications;

/// <summary>What a person wants to be told outside of the page.</summary>
/// <param name="Webhook">Whether it is posted to the server's webhook.</param>
/// <param name="Kinds">Of these kinds.</param>
/// <param name="HasWebhook">Whether the server has one.</param>
internal sealed record NotificationSettingsView(bool Webhook, IReadOnlyList<WaitKind> Kinds, bool HasWebhook);

/// <summary>Changes it; what is absent stays.</summary>
internal sealed record ChangeNotificationsRequest(bool? Webhook = null, IReadOnlyList<WaitKind>? Kinds = null);

internal static class NotificationSettingsEndpoints
{
    public static void MapNotificationSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/me/notifications", Get).AllowAnyUser();
        routes.MapPatch("/api/me/notifications", Change).AllowAnyUser();
    }

    private static async Task<Ok<NotificationSettingsView>> Get(CurrentUser user, NotificationStore store, IOptions<InboxOptions> options, CancellationToken cancellationToken) =>
        TypedResults.Ok(Of(await store.SettingsAsync(user.Id, cancellationToken), options.Value));

    private static async Task<Ok<NotificationSettingsView>> Change(
        CurrentUser user, ChangeNotificationsRequest request, NotificationStore store, IOptions<InboxOptions> options, CancellationToken cancellationToken)
    {
        var was = await store.SettingsAsync(user.Id, cancellationToken);
        var settings = new NotificationSettings(request.Webhook ?? was.Webhook, [.. (request.Kinds ?? was.Kinds).Distinct()]);
        await store.SaveAsync(user.Id, settings, cancellationToken);
        return TypedResults.Ok(Of(settings, options.Value));
    }

    private static NotificationSettingsView Of(NotificationSettings settings, InboxOptions options) => new(settings.Webhook, settings.Kinds, options.WebhookUrl is not null);
}
