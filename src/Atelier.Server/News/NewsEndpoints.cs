using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.News;
using Atelier.Server.Sessions;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Atelier.Server.News;

internal sealed record ActivityNews(SessionId SessionId, string WorkerId, ActivityState ActivityState);

internal sealed record HostNews(HostView Host);

internal sealed record OperationNews(string OperationId, string Phase, long? Completed, long? Total, string State);

/// <summary>The news stream (docs/protocols/news.md): lists first, then every change once and in order.</summary>
internal static class NewsEndpoints
{
    private static readonly TimeSpan s_comment = TimeSpan.FromSeconds(15);

    public static void MapNews(this IEndpointRouteBuilder routes) => routes.MapGet("/api/events/stream", StreamAsync).AllowAnyUser();

    private static async Task StreamAsync(
        HttpContext context,
        CurrentUser user,
        NewsStore store,
        NewsBell bell,
        NewsSignals signals,
        NewsLists lists,
        IOptions<JsonOptions> json,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var stream = new NewsWriter(context.Response, json.Value.SerializerOptions);
        var watcher = signals.Watch();
        try
        {
            var at = await StartAsync(context.Request, user, store, lists, stream, cancellationToken);
            await FollowAsync(user, at, store, bell, watcher, lists, stream, clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The watcher is gone.
        }
        finally
        {
            signals.Forget(watcher);
        }
    }

    /// <summary>Gives the number from which the stream goes on, after the lists where they are needed.</summary>
    private static async Task<long> StartAsync(
        HttpRequest request, CurrentUser user, NewsStore store, NewsLists lists, NewsWriter stream, CancellationToken cancellationToken)
    {
        var (oldest, newest) = await store.RangeAsync(cancellationToken);
        string? shown = request.Headers["Last-Event-ID"];
        if (long.TryParse(shown, NumberStyles.None, CultureInfo.InvariantCulture, out var last) && last >= oldest - 1 && last <= newest)
        {
            return last;
        }

        await stream.WriteAsync(
            newest, string.IsNullOrEmpty(shown) ? "snapshot" : "reset", await lists.AllAsync(user, cancellationToken), cancellationToken);
        return newest;
    }

    private static async Task FollowAsync(
        CurrentUser user,
        long at,
        NewsStore store,
        NewsBell bell,
        Channel<NewsSignal> watcher,
        NewsLists lists,
        NewsWriter stream,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            var rung = bell.Rung;
            while (await store.AfterAsync(at, cancellationToken) is { Count: > 0 } rows)
            {
                foreach (var row in rows)
                {
                    var (name, data) = await lists.ShowAsync(user, row, cancellationToken);
                    at = row.Seq;
                    await stream.WriteAsync(at, name, data, cancellationToken);
                }
            }

            while (watcher.Reader.TryRead(out var signal))
            {
                await TellAsync(user, at, signal, lists, stream, cancellationToken);
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var comment = Task.Delay(s_comment, clock, pause.Token);
            if (await Task.WhenAny(rung, watcher.Reader.WaitToReadAsync(pause.Token).AsTask(), comment) == comment)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await stream.CommentAsync(cancellationToken);
            }

            await pause.CancelAsync();
        }
    }

    private static async Task TellAsync(
        CurrentUser user, long at, NewsSignal signal, NewsLists lists, NewsWriter stream, CancellationToken cancellationToken)
    {
        switch (signal)
        {
            case NewsSignal.Activity activity when await lists.RoleInAsync(user, activity.SessionId, cancellationToken) is not null:
                await stream.WriteAsync(
                    at, "worker-activity", new ActivityNews(activity.SessionId, activity.WorkerId, activity.State), cancellationToken);
                break;
            case NewsSignal.Hosts:
                foreach (var host in await lists.HostsAsync(cancellationToken))
                {
                    await stream.WriteAsync(at, NewsLog.HostChanged, new HostNews(host), cancellationToken);
                }

                break;
            case NewsSignal.Operation { Notice: var notice }:
                await stream.WriteAsync(
                    at,
                    "operation",
                    new OperationNews(notice.OperationId, notice.Phase, notice.Completed, notice.Total, "running"),
                    cancellationToken);
                break;
            default:
                break;
        }
    }
}

/// <summary>Writes server-sent events (HTML standard, 9.2).</summary>
internal sealed class NewsWriter(HttpResponse response, JsonSerializerOptions json)
{
    public async Task WriteAsync(long id, string name, object data, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(data, data.GetType(), json);
        await response.WriteAsync($"id: {id}\nevent: {name}\ndata: {text}\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    public async Task CommentAsync(CancellationToken cancellationToken)
    {
        await response.WriteAsync(":\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
