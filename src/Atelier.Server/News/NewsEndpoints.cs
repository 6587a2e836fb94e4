using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.Web;
using Atelier.Server.News.Sources;
using Atelier.Server.Repositories;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Atelier.Server.News;

/// <summary>The news stream: <c>GET /api/events/stream</c> (docs/protocols/news.md).</summary>
internal static class NewsEndpoints
{
    public static void MapNews(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/events/stream", Stream).AllowAnyUser().Describes(
            typeof(SessionChangedNews),
            typeof(SessionRemovedNews),
            typeof(WorkerActivityNews),
            typeof(RepositoryReply),
            typeof(RepositoryRemovedNews),
            typeof(AgentProgramReply),
            typeof(AgentProgramRemovedNews),
            typeof(AgentChangedNews),
            typeof(AgentRemovedNews),
            typeof(InboxItemChangedNews),
            typeof(HostChangedNews),
            typeof(OperationView));

    private static async Task Stream(
        HttpContext context,
        CurrentUser user,
        NewsFeed feed,
        NewsStore store,
        IEnumerable<INewsSource> sources,
        IOptions<JsonOptions> json,
        IOptions<NewsOptions> options,
        IHostApplicationLifetime lifetime,
        AccessChanges changes,
        TimeProvider clock)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var watching = changes.Watch(user, now =>
        {
            if (now is null || now.IsAdministrator != user.IsAdministrator)
            {
                context.Abort(); // who may still come comes back, as they are now
            }

            return Task.CompletedTask;
        });
        using var watcher = await feed.WatchAsync(ends.Token);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // else proxies of one kind hold events back
        string? lastEventId = context.Request.Headers["Last-Event-ID"];
        try
        {
            await new NewsStream(
                context.Response.BodyWriter, user, [.. sources], store, json.Value.SerializerOptions, options.Value.Heartbeat, clock)
                .RunAsync(watcher, lastEventId is { Length: > 0 } ? lastEventId : null, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The reader has gone, or the server goes.
        }
        catch (Exception away) when (DatabaseAway.Is(away) && context.Response.HasStarted)
        {
            context.Abort(); // the reader comes back with the last number it had
        }
    }
}
