using System.Text.Json.Nodes;
using System.Threading.Channels;
using Atelier.Server.Inbox.Notifications;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Tests.Agents;
using Atelier.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Atelier.Server.Tests.Inbox;

/// <summary>What is posted to the webhook, by a server that is restarted meanwhile.</summary>
public sealed class NotificationTests(NotificationTests.Server server) : IClassFixture<NotificationTests.Server>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "IN9")]
    public async Task What_waits_is_posted_and_signed_also_after_a_restart_and_only_to_who_wants_it()
    {
        var ada = new InboxPerson(server);
        await ada.CallAsync(HttpMethod.Patch, "/api/me/notifications", """{"webhook":false}""");
        Assert.True((bool?)(await ada.GetAsync("/api/me/notifications"))["hasWebhook"]);
        var unwanted = await ada.CreateAsync("run:not_wanted end");
        await ada.ItemAsync(unwanted, "waiting");
        await ada.CallAsync(HttpMethod.Patch, "/api/me/notifications", """{"webhook":true,"kinds":["permission"]}""");
        server.Hook.IsSilent = true;

        var agent = await ada.CreateAsync("run:npm_test end");
        var item = await ada.ItemAsync(agent, "waiting");
        var unanswered = await server.Hook.NextAsync(item);
        await server.RestartAsync(Cancel);
        server.Hook.IsSilent = false;
        var taken = await server.Hook.NextAsync(item);

        Assert.Equal(unanswered.Delivery, taken.Delivery);
        var body = JsonNode.Parse(taken.Body);
        Assert.Equal(
            ((string?)item["id"], "permission", "npm test", agent, $"{server.Address}inbox?item={item["id"]}"),
            ((string?)body?["id"], (string?)body?["kind"], (string?)body?["title"], (string?)body?["agent"]?["id"], (string?)body?["link"]));
        var signedAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(taken.Signature[2..taken.Signature.IndexOf(',', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture));
        var secret = (await File.ReadAllTextAsync(Path.Combine(server.DataFolder, "webhook-secret"), Cancel)).Trim();
        Assert.Equal(WebhookMessage.Signature(secret, taken.Body, signedAt), taken.Signature);

        await ada.PostAsync($"/api/inbox/{item["id"]}/answer", """{"decision":"allow_once"}""");
        await ada.ItemAsync(agent, "to-review");
        Assert.Equal([(string?)item["id"] ?? ""], await RowsAsync($"select item_id from notifications join inbox_items on inbox_items.id = item_id where agent_id in ('{agent}', '{unwanted}')"));
    }

    [Fact]
    [Trait("rule", "IN9")]
    public async Task What_is_never_taken_is_given_up_after_so_many_times_and_what_was_answered_is_not_told()
    {
        var ada = new InboxPerson(server);
        await ada.CallAsync(HttpMethod.Patch, "/api/me/notifications", """{"webhook":true,"kinds":["question","permission"]}""");
        server.Hook.Status = 503;
        var item = await ada.ItemAsync(await ada.CreateAsync("run:npm_audit end"), "waiting");

        await Patience.Until(() => IsGivenUp(item), "the notification to be given up");

        Assert.Equal(["3 It was answered with 503."], await RowsAsync($"select attempts || ' ' || problem from notifications where item_id = '{item["id"]}'"));
    }

    private bool IsGivenUp(JsonNode item)
    {
        using var command = server.Services.GetRequiredService<NpgsqlDataSource>().CommandFor("select state from notifications where item_id = $1", (string?)item["id"]);
        return command.ExecuteScalar() is "given-up";
    }

    private Task<IReadOnlyList<string>> RowsAsync(string sql) => server.Services.GetRequiredService<NpgsqlDataSource>().CommandFor(sql).AllAsync(row => row.GetString(0), Cancel);

    /// <summary>The whole server, with a webhook.</summary>
    public sealed class Server(TestPostgres postgres) : AgentEndpointTests.Server(postgres)
    {
        internal Hook Hook { get; } = new();

        protected override IEnumerable<string> Arguments =>
            ["--Host:Enabled=false", $"--Inbox:WebhookUrl={Hook.Address}", "--Inbox:RetryAfter=00:00:00.05", "--Inbox:MaxAttempts=3"];
    }

    /// <summary>Somebody else's address, which answers as it is told and keeps what it was sent.</summary>
    internal sealed class Hook
    {
        private readonly Channel<Posted> _posted = Channel.CreateUnbounded<Posted>();

        public Hook()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var web = builder.Build();
            web.MapPost("/hook", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var (status, isSilent) = (Status, IsSilent);
                await _posted.Writer.WriteAsync(new Posted(
                    await reader.ReadToEndAsync(), context.Request.Headers[WebhookMessage.SignatureHeader].ToString(), context.Request.Headers[WebhookMessage.DeliveryHeader].ToString()));
                await (isSilent ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted) : Task.CompletedTask);
                context.Response.StatusCode = status;
            });
            web.StartAsync().GetAwaiter().GetResult();
            Address = new Uri($"{web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single()}/hook");
        }

        public Uri Address { get; }

        public int Status { get; set; } = 200;

        /// <summary>Whether it takes what is posted and answers nothing.</summary>
        public bool IsSilent { get; set; }

        /// <summary>What is posted next of an item.</summary>
        public async Task<Posted> NextAsync(JsonNode item)
        {
            while (true)
            {
                var posted = await Patience.For(_posted.Reader.ReadAsync(Cancel).AsTask(), "something to be posted");
                if (posted.Body.Contains((string?)item["id"] ?? "", StringComparison.Ordinal))
                {
                    return posted;
                }
            }
        }
    }

    internal sealed record Posted(string Body, string Signature, string Delivery);
}
