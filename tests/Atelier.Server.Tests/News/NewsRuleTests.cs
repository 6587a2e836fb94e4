using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.News;
using Atelier.Server.News;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;
using Atelier.Server.Tests.Hosts;
using Atelier.Server.Tests.Sessions;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.News;

/// <summary>What of docs/protocols/news.md concerns hosts, slow readers and old events.</summary>
public sealed class NewsRuleTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "NS3")]
    public async Task Activity_is_told_without_a_number_and_anew_to_who_comes_back()
    {
        var session = await server.AddSessionAsync(Cancel);
        var worker = session.Workers[0].Id.Value;
        await using var host = await ScriptedHost.LinkAsync(server, new JsonRpcMethods(), Cancel, [.. session.Workers.Select(Running)]);
        using var news = await NewsReader.OpenAsync(server, Cancel);
        await news.NextAsync();

        await host.TellAsync(HostMethods.WorkerActivity, new WorkerActivityNotice(worker, ActivityState.Asking, Offset: 0), HostJson.Default.WorkerActivityNotice);
        var told = await news.NextAsync("worker-activity");
        var owner = await server.Services.GetRequiredService<SessionOwners>().FindAsync(session.Id);
        await Patience.Until(() => owner!.Current.Workers[0].Activity == ActivityState.Asking, "the activity to be kept"); // it was stored before
        using var again = await NewsReader.OpenAsync(server, Cancel, lastEventId: $"{news.LastNumber}");
        var anew = await again.NextAsync("worker-activity");
        while ((string?)anew.Data["workerId"] != worker)
        {
            anew = await again.NextAsync("worker-activity");
        }

        Assert.Equal((null, worker, "asking"), (told.Number, (string?)told.Data["workerId"], (string?)told.Data["activityState"]));
        Assert.Equal((null, "asking"), (anew.Number, (string?)anew.Data["activityState"]));
    }

    [Fact]
    [Trait("rule", "NS6")]
    public async Task A_host_that_comes_is_told_with_its_sessions_and_the_programs_and_the_last_of_them_carries_the_number()
    {
        var session = await server.AddSessionAsync(Cancel);
        using var news = await NewsReader.OpenAsync(server, Cancel);
        await news.NextAsync();

        await using var host = await ScriptedHost.LinkAsync(server, new JsonRpcMethods(), Cancel, [.. session.Workers.Select(Running)]);
        var together = new List<ReceivedEvent>();
        while (!together.Exists(one => one.Name == "host-changed") || together[^1].Number is null)
        {
            if (together is [.., { Number: not null }])
            {
                together.Clear(); // that was another change
            }

            together.Add(await news.NextAsync());
        }

        Assert.Contains(together, one => one.Name == "session-changed" && (string?)one.Data["session"]!["id"] == session.Id.Value);
        Assert.Contains(together, one => one.Name == "agent-program-changed");
        Assert.All(together[..^1], one => Assert.Null(one.Number));
    }

    [Fact]
    [Trait("rule", "NS4")]
    public async Task A_comment_is_sent_each_fifteen_seconds()
    {
        var time = new ManualTime();
        var pipe = new Pipe();
        using var subscription = new NewsSubscription(server.Services.GetRequiredService<NewsFeed>(), mostBehind: 10);
        using var ends = new CancellationTokenSource();
        var streaming = (await StreamAsync(pipe.Writer, time)).RunAsync(subscription, lastEventId: null, ends.Token);
        await ReadUntilAsync(pipe.Reader, "event: snapshot");
        await Patience.Until(() => time.ActiveTimers > 0, "the stream to wait");

        time.Advance(TimeSpan.FromSeconds(15));

        await ReadUntilAsync(pipe.Reader, ": \n\n");
        await ends.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => streaming);
    }

    [Fact]
    [Trait("rule", "NS4")]
    public async Task A_reader_that_falls_too_far_behind_is_let_go()
    {
        using var subscription = new NewsSubscription(server.Services.GetRequiredService<NewsFeed>(), mostBehind: 10);
        for (var number = 1; number <= 11; number++)
        {
            subscription.Take(new NewsItem(number, "nothing", "of note"));
        }

        await Patience.For(
            (await StreamAsync(PipeWriter.Create(Stream.Null), new ManualTime())).RunAsync(subscription, lastEventId: null, Cancel), "the stream's end");
        Assert.Equal(1_000, new NewsOptions().MostBehind);
    }

    [Fact]
    [Trait("rule", "NS5")]
    public async Task Events_are_kept_for_an_hour_and_a_number_of_them_however_old()
    {
        var database = server.Services.GetRequiredService<NpgsqlDataSource>();
        var store = server.Services.GetRequiredService<NewsStore>();
        await TellAsync(20, TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2));
        await TellAsync(5, TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(50));

        await store.DropOldAsync(TimeSpan.FromHours(1), keepAtLeast: 10, Cancel);
        Assert.Equal((5, 5), (await CountAsync("at < now() - interval '1 hour'"), await CountAsync("at between now() - interval '55 minutes' and now() - interval '45 minutes'")));
        await store.DropOldAsync(TimeSpan.FromHours(1), keepAtLeast: 1, Cancel);

        Assert.Equal((0, 5), (await CountAsync("at < now() - interval '1 hour'"), await CountAsync("at between now() - interval '55 minutes' and now() - interval '45 minutes'")));
        Assert.Equal((TimeSpan.FromHours(1), 10_000), (new NewsOptions().KeepFor, new NewsOptions().KeepAtLeast));

        async Task TellAsync(int count, DateTimeOffset at)
        {
            await using var connection = await database.OpenConnectionAsync(Cancel);
            for (var told = 0; told < count; told++)
            {
                await connection.TellAsync(NewsLog.SessionChanged, "ses_nothing", at, Cancel);
            }
        }

        Task<int> CountAsync(string which) =>
            database.CommandFor($"select count(*)::integer from news where subject_id = 'ses_nothing' and {which}").OneAsync(row => row.GetInt32(0), Cancel);
    }

    private static WorkerReport Running(Worker worker) => new(
        worker.Id.Value, WorkerRunState.Running, WorkerKind.Terminal, Epoch: 1, End: 0, KeeperPid: 1, ChildPid: 2, ExitCode: null, Signal: null, Held: null, Title: null, ActivityState.Unknown);

    private async Task<NewsStream> StreamAsync(PipeWriter output, TimeProvider time)
    {
        var user = await server.Services.GetRequiredService<UserStore>().FirstAdministratorAsync(Cancel);
        var token = new AccessToken(new AccessTokenId("tok"), AccessTokenKind.Program, "test", time.GetUtcNow(), LastUsedAt: null, ExpiresAt: null);
        return new NewsStream(
            output,
            new CurrentUser(user!, token, Credential.Bearer), // there always is one
            [],
            server.Services.GetRequiredService<NewsStore>(),
            JsonSerializerOptions.Web,
            new NewsOptions().Heartbeat,
            time);
    }

    private static async Task ReadUntilAsync(PipeReader reader, string text)
    {
        var read = "";
        while (!read.Contains(text, StringComparison.Ordinal))
        {
            var part = await Patience.For(reader.ReadAsync(Cancel).AsTask(), $"'{text}' after '{read}'");
            read += Encoding.UTF8.GetString(part.Buffer);
            reader.AdvanceTo(part.Buffer.End);
        }
    }
}
