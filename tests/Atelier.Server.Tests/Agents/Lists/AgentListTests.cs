using System.Net;
using System.Text.Json.Nodes;
using Atelier.Server.Agents;
using Atelier.Server.Infrastructure.Database;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Agents.Lists;

/// <summary>Lists of agents, searches in them, and setting them aside, on the whole server; most rows are written by the tests.</summary>
public sealed class AgentListTests(AgentEndpointTests.Server server) : IClassFixture<AgentEndpointTests.Server>
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);
    private static int s_made;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;
    private readonly AgentCalls _person = new(server);

    private NpgsqlDataSource Database => server.Services.GetRequiredService<NpgsqlDataSource>();

    [Fact]
    public async Task Pages_hold_each_agent_once_whatever_comes_meanwhile()
    {
        var repository = await RepositoryAsync();
        var made = new List<string>();
        for (var index = 0; index < 7; index++)
        {
            made.Add(await AgentAsync(repository, at: s_start.AddMinutes(index / 2))); // some at the same time
        }

        var first = await _person.GetAsync($"/api/agents?repository={repository}&limit=3");
        await AgentAsync(repository, at: s_start.AddDays(1));
        var second = await _person.GetAsync($"/api/agents?repository={repository}&limit=3&cursor={(string?)first["next"]}");
        var third = await _person.GetAsync($"/api/agents?repository={repository}&limit=3&cursor={(string?)second["next"]}");

        Assert.Null(third["next"]);
        Assert.Equal(made.Order(), new[] { first, second, third }.SelectMany(Ids).Order());
        Assert.Equal([3, 3, 1], new[] { first, second, third }.Select(page => Ids(page).Count()));
    }

    [Fact]
    public async Task A_list_has_what_is_asked_for_and_makes_no_owners()
    {
        var repository = await RepositoryAsync();
        var (_, member) = await MemberAsync(repository, "viewer");
        var failed = await AgentAsync(repository);
        await SayAsync(failed, "fail", "failed");
        var done = await AgentAsync(repository, status: "completed");
        var asking = await AgentAsync(repository);
        await AskAsync(asking);
        var theirs = await AgentAsync(repository, status: "completed", user: member, program: "other");
        var archived = await AgentAsync(repository, status: "cancelled", archived: true);
        var owners = server.Services.GetRequiredService<AgentOwners>();
        var before = owners.Count;

        Assert.Equal(Sorted(failed, done, asking, theirs), await ListAsync(""));
        Assert.Equal(Sorted(failed, done, asking, theirs, archived), await ListAsync("&archived=true"));
        Assert.Equal([archived], await ListAsync("&archived=only"));
        Assert.Equal(Sorted(failed, asking), await ListAsync("&state=failed,needs-you"));
        Assert.Equal(Sorted(done), await ListAsync("&state=done&mine=true"));
        Assert.Equal([theirs], await ListAsync("&program=other"));
        Assert.Equal([theirs], await ListAsync($"&person={member}"));
        Assert.Equal([theirs], Ids(await _person.GetAsync($"/api/agents?repository=own/{repository}&person={member}")));
        Assert.Equal(before, owners.Count);

        async Task<IEnumerable<string>> ListAsync(string rest) => Ids(await _person.GetAsync($"/api/agents?repository={repository}{rest}")).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("/api/agents?state=lazy")]
    [InlineData("/api/agents?archived=maybe")]
    [InlineData("/api/agents?limit=0")]
    [InlineData("/api/agents?limit=501")]
    [InlineData("/api/agents?cursor=elsewhere")]
    [InlineData("/api/agents/search")]
    [InlineData("/api/agents/search?q=%00")]
    [InlineData("/api/agents/search?q=-a")]
    [InlineData("/api/agents/search?q=a&limit=101")]
    public async Task What_cannot_be_listed_is_refused_with_the_reason(string path) =>
        Assert.Equal("/problems/agent-request-invalid", await _person.ProblemAsync(HttpMethod.Get, path, null));

    [Fact]
    public async Task Nobody_finds_what_they_may_not_see()
    {
        var repository = await RepositoryAsync();
        var (token, member) = await MemberAsync(repository, "viewer");
        var agent = await AgentAsync(repository);
        await SayAsync(agent, "an unheard-of secret", "done");
        var own = await AgentAsync(await RepositoryAsync(), user: member);
        var (strangers, _) = await MemberAsync(await RepositoryAsync(), "owner");

        var seen = await new AgentCalls(server, token).GetAsync("/api/agents");
        Assert.Equal(Sorted(agent, own), Ids(seen).Order(StringComparer.Ordinal));
        Assert.Equal(["owner", "viewer"], seen["agents"]!.AsArray().Select(one => (string?)one?["role"]).Order()); // it has some
        Assert.Equal([agent], Found(await new AgentCalls(server, token).GetAsync("/api/agents/search?q=unheard")));
        Assert.Empty(Ids(await new AgentCalls(server, strangers).GetAsync("/api/agents?archived=true")));
        Assert.Empty(Found(await new AgentCalls(server, strangers).GetAsync("/api/agents/search?q=unheard&archived=true")));
        await Database.CommandFor("delete from repository_members where user_id = $1", member).RunAsync(_cancellationToken);
        Assert.Equal([own], Ids(await new AgentCalls(server, token).GetAsync("/api/agents")));
        Assert.Empty(Found(await new AgentCalls(server, token).GetAsync("/api/agents/search?q=unheard")));
    }

    [Theory]
    [InlineData("done")]
    [InlineData("running")]
    public async Task What_a_program_said_in_pieces_is_found_where_it_begins(string state)
    {
        var word = $"zebra{state}";
        var agent = await AgentAsync(await RepositoryAsync());
        await SayAsync(agent, "look around", state, ("agent-message", "m1", "Nothing here."), ("tool-call", null, null), ("agent-message", "m2", "The strip"), ("agent-message", "m2", $"ed {word} of src/zoo/stable.ts"));

        foreach (var looked in new[] { $"striped {word}", $"\"striped {word}\"", $"stab {word}", $"striped {word} -here" })
        {
            var found = Assert.Single((await _person.GetAsync($"/api/agents/search?q={Uri.EscapeDataString(looked)}"))["results"]!.AsArray()); // it has some
            Assert.Equal((agent, 5L, "message", "The striped"), ((string?)found?["agent"]?["id"], (long?)found?["seq"], (string?)found?["kind"], ((string?)found?["snippet"])?[..11]));
            Assert.NotEmpty(found?["marks"]?.AsArray() ?? []);
        }

        Assert.Empty(Found(await _person.GetAsync($"/api/agents/search?q={word}%20-striped")));
    }

    [Fact]
    public async Task A_prompt_is_found_where_it_was_sent_and_a_retried_turn_once()
    {
        var agent = await AgentAsync(await RepositoryAsync());
        await SayAsync(agent, "feed the okapi", "failed", ("agent-message", "m1", "The okapi is away."));
        await Database.CommandFor("update turns set state = 'queued' where agent_id = $1", agent).RunAsync(_cancellationToken);
        await Database.CommandFor("update turns set state = 'sent' where agent_id = $1", agent).RunAsync(_cancellationToken);
        Assert.Equal([2L, 3L], (await SearchAsync("okapi")).Select(one => (long?)one["seq"] ?? 0).Order());
        await Database.CommandFor("update turns set state = 'done' where agent_id = $1", agent).RunAsync(_cancellationToken);

        Assert.Equal([("message", 3L), ("prompt", 2L)], (await SearchAsync("okapi")).Select(one => ((string?)one["kind"] ?? "", (long?)one["seq"] ?? 0)).Order());
    }

    [Fact]
    public async Task What_no_row_can_keep_keeps_nothing_else_from_being_found()
    {
        var agent = await AgentAsync(await RepositoryAsync());
        await SayAsync(agent, "count gnus", "done", ("agent-message", "m1", "\\ud800"), ("agent-message", "m2", "Seven gnus."));

        Assert.Equal(["count gnus", "Seven gnus."], (await SearchAsync("gnus")).OrderBy(one => (long?)one["seq"]).Select(one => (string?)one["snippet"]));
    }

    [Fact]
    public async Task An_archived_agent_is_ended_and_searched_on_wish_and_a_message_takes_it_up()
    {
        var agent = await _person.CreateAsync("say hang wombat");
        await _person.RunningAsync(agent);
        await SameInListsAsync(agent);

        await _person.CallAsync(HttpMethod.Patch, $"/api/agents/{agent}", """{"archived":true}""");
        await _person.UntilAsync(agent, one => one["turns"]?[0]?["state"]?.ToString() == "cancelled" && !server.Instances.Of(server.AgentAsync(agent).Result).IsRunning, "its process to end");
        await SameInListsAsync(agent);
        Assert.Empty(await SearchAsync("wombat"));
        Assert.Equal([agent], Found(await _person.GetAsync("/api/agents/search?q=wombat&archived=true")).Distinct());
        Assert.DoesNotContain(agent, Ids(await _person.GetAsync("/api/agents?limit=500")));

        await _person.CallAsync(HttpMethod.Post, $"/api/agents/{agent}/messages", """{"text":"ask end"}""");
        await _person.UntilAsync(agent, one => one["agent"]?["archivedAt"] is null && (string?)one["agent"]?["activity"] == "needs-you", "it to go on");
        await SameInListsAsync(agent);
        Assert.Contains(agent, Ids(await _person.GetAsync("/api/agents?state=needs-you")));
    }

    [Fact]
    public async Task Addresses_of_sessions_that_are_agents_now_lead_to_them()
    {
        var agent = await AgentAsync(await RepositoryAsync());
        var (stranger, _) = await MemberAsync(await RepositoryAsync(), "owner");

        using var messages = await _person.AnswerAsync(HttpMethod.Post, $"/api/sessions/{agent}/messages?wait=true", """{"text":"on"}""");
        using var none = await _person.AnswerAsync(HttpMethod.Get, "/api/sessions/ses_none/messages");
        using var hidden = await new AgentCalls(server, stranger).AnswerAsync(HttpMethod.Get, $"/api/sessions/{agent}/messages");

        Assert.Equal((HttpStatusCode.PermanentRedirect, $"/api/agents/{agent}/messages?wait=true"), (messages.StatusCode, messages.Headers.Location?.OriginalString));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (none.StatusCode, hidden.StatusCode));
    }

    private static IEnumerable<string> Ids(JsonNode page) => page["agents"]!.AsArray().Select(one => (string?)one?["id"] ?? ""); // always there

    private static IEnumerable<string> Found(JsonNode answer) => answer["results"]!.AsArray().Select(one => (string?)one?["agent"]?["id"] ?? ""); // always there

    private static IEnumerable<string> Sorted(params string[] ids) => ids.Order(StringComparer.Ordinal);

    private async Task<IReadOnlyList<JsonNode>> SearchAsync(string looked) =>
        [.. (await _person.GetAsync($"/api/agents/search?q={looked}"))["results"]!.AsArray().OfType<JsonNode>()]; // always there

    /// <summary>Rows say of an agent what its owner says.</summary>
    private async Task SameInListsAsync(string agent)
    {
        var listed = await server.Services.GetRequiredService<AgentListing>().ReadAsync(new AgentId(agent));

        Assert.Equal(AgentView.Of(await server.AgentAsync(agent)), listed);
    }

    private async Task<string> RepositoryAsync()
    {
        var id = $"rep_{Interlocked.Increment(ref s_made)}";
        await Database.CommandFor(
            """
            insert into repositories (id, owner, name, provider, host_id, status, template_files, copy_files, created_by, created_at)
            select $1, 'own', $1, 'directory', 'hst_bench', 'ready', '{}', '{}', id, now() from users where is_administrator limit 1
            """,
            id).RunAsync(_cancellationToken);
        return id;
    }

    private async Task<(string Token, string Id)> MemberAsync(string repository, string role)
    {
        var name = $"Member {Interlocked.Increment(ref s_made)}";
        var token = await server.AddUserAsync(name, _cancellationToken);
        var id = await Database.CommandFor("select id from users where display_name = $1", name).OneAsync(row => row.GetString(0), _cancellationToken) ?? "";
        await Database.CommandFor("insert into repository_members (repository_id, user_id, role) values ($1, $2, $3)", repository, id, role).RunAsync(_cancellationToken);
        return (token, id);
    }

    private async Task<string> AgentAsync(
        string repository, DateTimeOffset? at = null, string status = "active", string? user = null, string program = "prg_fake", bool archived = false)
    {
        var id = $"agt_{Interlocked.Increment(ref s_made)}";
        await Database.CommandFor(
            """
            insert into agents (id, user_id, task_request, status, agent_program_id, repository_id, repository_owner, repository_name, archived_at, created_at, updated_at)
            select $1, coalesce($2, id), 'Do it', $3, $4, $5, 'own', $5, $6, $7, $7 from users where is_administrator limit 1
            """,
            id,
            user,
            status,
            program,
            repository,
            archived ? s_start : null,
            at ?? s_start).RunAsync(_cancellationToken);
        await Database.CommandFor("insert into work_sessions (id, agent_id, name, agent_type, status, position, created_at) values ($1, $2, 'Main', 'simple', 'active', 0, now())", $"wks_{id}", id)
            .RunAsync(_cancellationToken);
        return id;
    }

    /// <summary>A turn with what was said in it, in one transaction; its events are queued, sent, and what follows.</summary>
    private async Task SayAsync(string agent, string prompt, string state, params (string Kind, string? Message, string? Text)[] said)
    {
        await using var connection = await Database.OpenConnectionAsync(_cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(_cancellationToken);
        await connection.CommandFor(
            """
            insert into turns (id, agent_id, work_session_id, position, content, state, attempt, request_id, created_at, dispatched_at, finished_at)
            values ($1, $2, $3, 1024, json_build_array(json_build_object('type', 'text', 'text', $4::text)), $5, 1, $1, now(), now(), case when $5 in ('done', 'failed') then now() end)
            """,
            $"turn_{agent}",
            agent,
            $"wks_{agent}",
            prompt,
            state).RunAsync(_cancellationToken);
        var events = new[] { ("turn-changed", """{"turn":{"state":"queued"}}"""), ("turn-changed", """{"turn":{"state":"sent"}}""") }
            .Concat(said.Select(one => (one.Kind, $$"""{"messageId":"{{one.Message}}","content":{"text":"{{one.Text}}"} }""")));
        foreach (var (index, (kind, payload)) in events.Index())
        {
            await connection.CommandFor(
                "insert into agent_events (agent_id, seq, kind, work_session_id, turn_id, payload, at) values ($1, $2, $3, $4, $5, $6::json, now())",
                agent,
                (long)index + 1,
                kind,
                $"wks_{agent}",
                $"turn_{agent}",
                payload).RunAsync(_cancellationToken);
        }

        await transaction.CommitAsync(_cancellationToken);
    }

    private async Task AskAsync(string agent)
    {
        await Database.CommandFor("insert into zed_instance_mappings (id, task_id, status, worker_id) values ($1, $2, 'pending', $1)", $"ins_{agent}", agent).RunAsync(_cancellationToken);
        await Database.CommandFor(
            """
            insert into agent_requests (id, agent_id, instance_id, epoch, program_request_id, what, payload, state, created_at)
            values ($1, $2, $3, 0, '1', 'permission', '{}', 'open', now())
            """,
            $"req_{agent}",
            agent,
            $"ins_{agent}").RunAsync(_cancellationToken);
    }
}
