using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.News;
using Atelier.Server.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.News;

public sealed class NewsStreamTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private SessionStore Sessions => server.Services.GetRequiredService<SessionStore>();

    [Fact]
    public async Task A_fresh_stream_begins_with_everything_and_goes_on_with_what_changes()
    {
        var session = await AddAsync("first");
        using var news = await NewsReader.OpenAsync(server, Cancelled);

        var snapshot = await news.NextAsync();
        await Sessions.SaveAsync(session with { Title = "renamed" }, Cancelled);
        var changed = await news.NextAsync("session-changed");

        Assert.Equal("snapshot", snapshot.Name);
        Assert.Contains(snapshot.Data["sessions"]!.AsArray(), one => (string?)one!["id"] == session.Id.Value);
        Assert.NotNull(snapshot.Data["hosts"]);
        Assert.Equal("renamed", (string?)changed.Data["session"]!["title"]);
        Assert.True(changed.Number > snapshot.Number);
    }

    [Fact]
    public async Task Who_comes_back_gets_what_they_missed_in_order_and_once()
    {
        long last;
        using (var news = await NewsReader.OpenAsync(server, Cancelled))
        {
            await news.NextAsync();
            last = news.LastNumber ?? -1;
        }

        var sessions = new[] { await AddAsync("one"), await AddAsync("two"), await AddAsync("three") };
        using var again = await NewsReader.OpenAsync(server, Cancelled, lastEventId: $"{last}");
        await Sessions.DeleteAsync(sessions[0].Id, Cancelled);
        var heard = new List<ReceivedEvent>();
        while (heard is not [.., { Name: "session-removed" }])
        {
            heard.Add(await again.NextAsync());
        }

        // The first is gone by now or not, as the reading went; nothing else may differ.
        var titles = heard.Where(one => one.Name == "session-changed").Select(one => (string?)one.Data["session"]!["title"]).ToList();
        Assert.Equal(["two", "three"], titles.Where(title => title is "two" or "three"));
        Assert.Equal(heard.Select(one => one.Number).Order(), heard.Select(one => one.Number));
        Assert.All(heard, one => Assert.True(one.Number is null || one.Number > last));
    }

    [Theory]
    [InlineData("987654321")]
    [InlineData("-5")]
    [InlineData("not a number")]
    public async Task A_number_that_cannot_be_gone_on_from_is_answered_with_everything_anew(string lastEventId)
    {
        await AddAsync("something");
        using var news = await NewsReader.OpenAsync(server, Cancelled, lastEventId: lastEventId);

        Assert.Equal("reset", (await news.NextAsync()).Name);
    }

    [Fact]
    [Trait("rule", "NS2")]
    public async Task A_person_is_told_only_of_what_they_may_see_and_loses_what_is_taken_away()
    {
        var token = await server.AddUserAsync("Bea", Cancelled);
        using var news = await NewsReader.OpenAsync(server, Cancelled, token);
        await news.NextAsync();

        var secret = await AddAsync("secret");
        var shared = await AddAsync("shared");
        await Sessions.SaveAsync(shared with { SharedRole = Role.Viewer }, Cancelled);
        var shown = await news.NextAsync("session-changed");
        await Sessions.DeleteAsync(secret.Id, Cancelled);
        await Sessions.SaveAsync(shared with { SharedRole = null }, Cancelled);
        var hidden = await news.NextAsync("session-removed");

        Assert.Equal(shared.Id.Value, (string?)shown.Data["session"]!["id"]);
        Assert.Equal(shared.Id.Value, (string?)hidden.Data["sessionId"]);
    }

    [Fact]
    [Trait("rule", "NS1")]
    public async Task News_are_numbered_in_the_order_in_which_they_became_true()
    {
        var database = server.Services.GetRequiredService<NpgsqlDataSource>();
        var (early, late) = (await AddAsync("early"), await AddAsync("late"));
        using var news = await NewsReader.OpenAsync(server, Cancelled);
        await news.NextAsync();

        await using var first = await database.OpenConnectionAsync(Cancelled);
        await using var open = await first.BeginTransactionAsync(Cancelled);
        await first.TellAsync(NewsLog.SessionChanged, early.Id.Value, DateTimeOffset.UnixEpoch, Cancelled);
        var second = Task.Run(() => Sessions.SaveAsync(late, Cancelled), Cancelled);
        await open.CommitAsync(Cancelled);
        await second;
        var heard = new List<ReceivedEvent>();
        while (heard.Count < 2)
        {
            var next = await news.NextAsync("session-changed");
            if ((string?)next.Data["session"]!["title"] is "early" or "late")
            {
                heard.Add(next);
            }
        }

        Assert.Equal(["early", "late"], heard.Select(told => (string?)told.Data["session"]!["title"]));
        Assert.True(heard[0].Number < heard[1].Number);
    }

    [Fact]
    [Trait("rule", "NS1")]
    public async Task News_go_on_after_the_listening_connection_was_lost()
    {
        var database = server.Services.GetRequiredService<NpgsqlDataSource>();
        var session = await AddAsync("before");
        using var news = await NewsReader.OpenAsync(server, Cancelled);
        await news.NextAsync();

        await database.CommandFor(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query like 'listen%'")
            .RunAsync(Cancelled);
        await Sessions.SaveAsync(session with { Title = "after" }, Cancelled);

        Assert.Equal("after", (string?)(await news.NextAsync("session-changed")).Data["session"]!["title"]);
    }

    private async Task<Session> AddAsync(string title)
    {
        var clock = server.Services.GetRequiredService<TimeProvider>();
        var host = await server.Services.GetRequiredService<HostStore>().LocalAsync("a key", Cancelled);
        var creator = await server.Services.GetRequiredService<UserStore>().FirstAdministratorAsync(Cancelled);
        Assert.NotNull(creator);
        var session = new Session
        {
            Id = SessionId.New(clock),
            Type = SessionType.Quick,
            Title = title,
            HostId = host.Id,
            LocationPath = "/tmp",
            CreatedBy = creator.Id,
            CreatedAt = clock.GetUtcNow(),
        };
        await Sessions.SaveAsync(session, Cancelled);
        return session;
    }
}
