using System.Text;
using Atelier.Server.Infrastructure;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.Processes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Inbox.Notifications;

/// <summary>Posts what is to be told, from the rows: each at least once, and a bounded number of times.</summary>
internal sealed partial class WebhookSender(
    NotificationStore store,
    WebhookSecret secret,
    IOptions<InboxOptions> options,
    IOptions<ServerOptions> server,
    IServer listening,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<WebhookSender> logger) : BackgroundService
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What is told holds a link, and before it listens the server has no address.
        if (options.Value.WebhookUrl is not { } url || !await lifetime.HasStartedAsync(clock, stoppingToken))
        {
            return;
        }

        // Another address that the first one names was not set by anybody.
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = options.Value.WebhookTimeout });
        while (true)
        {
            try
            {
                while (await store.TakeAsync(clock.GetUtcNow(), options.Value.RetryAfter, stoppingToken) is { } one)
                {
                    await TellAsync(one, url, http, stoppingToken);
                }
            }
            catch (Exception away) when (DatabaseAway.Is(away))
            {
                LogWaits(away.Message);
            }

            await Task.Delay(s_lookEvery, clock, stoppingToken);
        }
    }

    private async Task TellAsync(Notification one, Uri url, HttpMessageInvoker http, CancellationToken cancellationToken)
    {
        var age = clock.GetUtcNow() - one.CreatedAt;
        if (one.Item.State != InboxState.Open || age > options.Value.GiveUpAfter)
        {
            await store.NotSentAsync(one.Id, one.Item.State != InboxState.Open ? "It did not wait any more." : "It was too late.", givesUp: true, cancellationToken);
            return;
        }

        if (await PostAsync(one, url, http, cancellationToken) is not { } problem)
        {
            await store.SentAsync(one.Id, cancellationToken);
            return;
        }

        var givesUp = one.Attempt >= options.Value.MaxAttempts;
        LogNotTold(one.Item.Id.Value, one.Attempt, problem, givesUp ? "it is not tried again" : "it is tried again");
        await store.NotSentAsync(one.Id, problem, givesUp, cancellationToken);
    }

    /// <summary>Why it was not taken; null when it was.</summary>
    private async Task<string?> PostAsync(Notification one, Uri url, HttpMessageInvoker http, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.WebhookTimeout);
        try
        {
            var body = WebhookMessage.Body(one, $"{Address()}inbox?item={Uri.EscapeDataString(one.Item.Id.Value)}");
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add(WebhookMessage.SignatureHeader, WebhookMessage.Signature(await secret.ReadAsync(cancellationToken), body, clock.GetUtcNow()));
            request.Headers.Add(WebhookMessage.DeliveryHeader, $"{one.Id}");
            using var answer = await http.SendAsync(request, limit.Token);
            return answer.IsSuccessStatusCode ? null : $"It was answered with {(int)answer.StatusCode}.";
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return failed.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "It was not answered in time.";
        }
    }

    private Uri Address() => server.Value.PublicUrl ?? new Uri(listening.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? $"http://127.0.0.1:{server.Value.Port}");

    [LoggerMessage(LogLevel.Warning, "Item {Item} was not told at attempt {Attempt}: {Problem} And {Next}")]
    private partial void LogNotTold(string item, int attempt, string problem, string next);

    [LoggerMessage(LogLevel.Warning, "Notifications wait for the database: {Reason}")]
    private partial void LogWaits(string reason);
}
