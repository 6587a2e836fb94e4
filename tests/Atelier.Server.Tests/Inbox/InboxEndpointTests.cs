using System.Net;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Tests.Agents;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Inbox;

/// <summary>Every route of the inbox and its rules on the whole server; programs and places are fakes.</summary>
public sealed class InboxEndpointTests(AgentEndpointTests.Server server) : IClassFixture<AgentEndpointTests.Server>
{
    private readonly InboxPerson _ada = new(server);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "IN1")]
    public async Task An_item_says_who_waits_where_and_with_what_and_then_who_answered()
    {
        var agent = await _ada.CreateAsync("run:npm_test end");
        var item = await _ada.ItemAsync(agent, "waiting");

        Assert.Equal(
            ("permission", "open", "npm test", $"/work/{agent}", "Main", "bench", "permission"),
            ((string?)item["kind"], (string?)item["state"], (string?)item["title"], (string?)item["projectPath"], (string?)item["threadName"], (string?)item["agent"]?["repositoryName"],
                (string?)item["agent"]?["waitsFor"]));
        Assert.Equal("npm test", (string?)item["remembers"]?["text"]);
        var answered = await _ada.PostAsync($"/api/inbox/{item["id"]}/answer", """{"decision":"allow_once"}""");
        Assert.Equal(("answered", "allow_once"), ((string?)answered["item"]?["state"], (string?)answered["item"]?["answer"]));
        Assert.NotNull((string?)answered["item"]?["answeredByName"]);
        Assert.Equal("answered", (string?)answered["request"]?["state"]);
        Assert.Equal(("yes", "npm test"), ((string?)Shown(await _ada.GetAsync($"/api/inbox/{item["id"]}"))["answer"]?["result"]?["outcome"]?["optionId"], (string?)item["title"]));
        var finished = await _ada.ItemAsync(agent, "to-review");
        Assert.Equal("finished", (string?)finished["kind"]);
        Assert.Equal(["finished", "permission"], (await _ada.ItemsAsync(agent, "state=all")).Select(one => (string?)one["kind"]));
        Assert.Equal(["permission"], (await _ada.ItemsAsync(agent, "state=over&kind=permission,question")).Select(one => (string?)one["kind"]));
    }

    [Fact]
    [Trait("rule", "IN2")]
    public async Task What_is_done_or_failed_is_dismissed_or_tried_again_and_nothing_else_is()
    {
        var agent = await _ada.CreateAsync("error-once end");
        var failed = await _ada.ItemAsync(agent, "failed");
        Assert.Equal("The model is overloaded.", (string?)failed["summary"]);
        Assert.Equal((400, "/problems/agent-request-invalid"), await _ada.RefusedAsync(HttpMethod.Post, $"/api/inbox/{failed["id"]}/answer", """{"decision":"allow_once"}"""));

        Assert.Equal("retry", (string?)(await _ada.PostAsync($"/api/inbox/{failed["id"]}/answer", """{"action":"retry"}"""))["item"]?["answer"]);
        var finished = await _ada.ItemAsync(agent, "to-review");
        var dismissed = await _ada.PostAsync($"/api/inbox/{finished["id"]}/dismiss");

        Assert.Equal("dismissed", (string?)dismissed["item"]?["state"]);
        Assert.Equal("dismissed", (string?)(await _ada.PostAsync($"/api/inbox/{finished["id"]}/dismiss"))["item"]?["state"]);
        Assert.Equal("idle", (string?)(await _ada.GetAsync($"/api/agents/{agent}"))["agent"]?["doing"]);
        Assert.Equal((409, "/problems/request-is-over"), await _ada.RefusedAsync(HttpMethod.Post, $"/api/inbox/{failed["id"]}/answer", """{"action":"retry"}"""));
    }

    [Fact]
    [Trait("rule", "IN5")]
    public async Task What_is_always_allowed_is_asked_once_in_a_repository_until_that_is_revoked()
    {
        var agent = await _ada.CreateAsync("run:npm_run_build end");
        var item = await _ada.ItemAsync(agent, "waiting");
        await _ada.PostAsync($"/api/inbox/{item["requestId"] ?? item["id"]}/answer", """{"decision":"allow_once","remember":"repository"}""");
        var other = await _ada.CreateAsync("run:npm_run_build run:npm_run_build_&&_rm_-rf_/ end");
        var asked = await _ada.ItemAsync(other, "waiting");

        Assert.Equal("npm run build && rm -rf /", (string?)asked["title"]);
        var byRule = Assert.Single(await _ada.ItemsAsync(other, "state=answered"));
        var rule = Assert.Single(await RulesAsync(), one => (string?)one["pattern"] == "npm run build");
        Assert.Equal(((string?)rule["id"], "npm run build", null, 1), ((string?)byRule["ruleId"], (string?)byRule["rule"], (string?)byRule["answeredBy"], (int?)rule["timesUsed"]));
        Assert.Contains("npm run build", (await _ada.GetAsync($"/api/agents/{other}/events"))["events"]!.AsArray().Select(one => one!.ToJsonString()).Single(one => one.Contains("ruleId", StringComparison.Ordinal)), StringComparison.Ordinal); // there are some

        await _ada.PostAsync($"/api/inbox/{asked["id"]}/answer", """{"decision":"reject_once"}""");
        await _ada.CallAsync(HttpMethod.Delete, $"/api/repositories/rep_bench/permission-rules/{rule["id"]}", null);
        await _ada.CallAsync(HttpMethod.Delete, $"/api/repositories/rep_bench/permission-rules/{rule["id"]}", null);

        Assert.Equal("npm run build", (string?)(await _ada.ItemAsync(await _ada.CreateAsync("run:npm_run_build end"), "waiting"))["title"]);
        Assert.Equal((404, "/problems/permission-rule-not-found"), await _ada.RefusedAsync(HttpMethod.Delete, "/api/repositories/rep_bench/permission-rules/rul_none", null));
        Assert.Equal(["permission-rule-made", "permission-rule-revoked"], await server.Services.GetRequiredService<NpgsqlDataSource>().CommandFor(
            "select action from audit_log where details->>'rule' = $1 order by at", (string?)rule["id"]).AllAsync(row => row.GetString(0), Cancel));
    }

    [Fact]
    [Trait("rule", "IN6")]
    public async Task Leading_words_are_remembered_where_they_say_what_would_run_and_nothing_is_answered_where_they_do_not()
    {
        var agent = await _ada.CreateAsync("run:make_check_all run:make_check_all;rm end");
        var item = await _ada.ItemAsync(agent, "waiting");
        Assert.Equal(
            (422, "/problems/permission-not-to-remember"),
            await _ada.RefusedAsync(HttpMethod.Post, $"/api/inbox/{item["id"]}/answer", """{"decision":"allow_once","remember":"repository","pattern":"make;"}"""));
        Assert.Equal((400, "/problems/agent-request-invalid"), await _ada.RefusedAsync(HttpMethod.Post, $"/api/inbox/{item["id"]}/answer", """{"decision":"allow_once","remember":"world"}"""));
        Assert.Single(await _ada.ItemsAsync(agent));

        await _ada.PostAsync($"/api/inbox/{item["id"]}/answer", """{"decision":"reject_once","remember":"repository","pattern":"make check","onlyThisProgram":true}""");

        Assert.Equal("make check all;rm", (string?)(await _ada.ItemAsync(agent, "waiting"))["title"]);
        var other = await _ada.CreateAsync("run:make_check_-j4 end");
        await _ada.ItemAsync(other, "to-review");
        Assert.Equal(("reject_once", "make check …"), Assert.Single(await _ada.ItemsAsync(other, "state=answered")) is var one ? ((string?)one["answer"], (string?)one["rule"]) : default);
        Assert.Equal("no", server.ProgramOf(other).Told.Select(told => told.Command).OfType<AgentCommand.Answer>().Single().Result.GetProperty("outcome").GetProperty("optionId").GetString());
    }

    [Fact]
    [Trait("rule", "IN8")]
    public async Task A_used_up_budget_asks_and_more_of_it_goes_on_with_what_was_interrupted()
    {
        var agent = await _ada.CreateAsync("usage:150 hang-once end", ""","budget":{"tokens":100}""");
        var item = await _ada.ItemAsync(agent, "waiting");

        Assert.Equal(("budget", "100 tokens are used up."), ((string?)item["kind"], (string?)item["title"]));
        Assert.Equal((409, "/problems/inbox-item-needs-answer"), await _ada.RefusedAsync(HttpMethod.Post, $"/api/inbox/{item["id"]}/dismiss", "{}"));
        await _ada.PostAsync($"/api/inbox/{item["id"]}/answer", """{"action":"continue"}""");

        await _ada.ItemAsync(agent, "to-review");
        var now = await _ada.GetAsync($"/api/agents/{agent}");
        Assert.Equal((150, 100, 2), ((int?)now["spending"]?["tokens"], (int?)now["agent"]?["budget"]?["tokens"], (int?)now["turns"]?[0]?["attempt"]));
        Assert.Equal("continue", (string?)(await _ada.GetAsync($"/api/inbox/{item["id"]}"))["item"]?["answer"]);
        await _ada.CallAsync(HttpMethod.Patch, $"/api/agents/{agent}", """{"budget":{"minutes":5}}""");
        Assert.Equal((400, "/problems/agent-request-invalid"), await _ada.RefusedAsync(HttpMethod.Patch, $"/api/agents/{agent}", """{"budget":{"tokens":0}}"""));
        Assert.Equal(5, (int?)(await _ada.GetAsync($"/api/agents/{agent}"))["agent"]?["budget"]?["minutes"]);
    }

    [Fact]
    public async Task A_task_that_is_given_under_one_name_at_the_same_time_is_given_once()
    {
        const string Body = """{"taskRequest":"end","repositoryId":"rep_bench","agentProgramId":"prg_fake","baseBranch":"main"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using var http = server.Client(server.Token);
            http.DefaultRequestHeaders.Add("Idempotency-Key", "one task");
            using var answer = await http.SendJsonAsync(HttpMethod.Post, "/api/agents", Body, Cancel);
            return (answer.StatusCode, Id: (string?)(await answer.JsonAsync(Cancel))["agent"]?["id"]);
        }));

        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/answer")]
    [InlineData("POST", "/dismiss")]
    [Trait("rule", "IN7")]
    public async Task Whoever_may_not_see_the_agent_finds_no_item_and_a_viewer_answers_none(string method, string route)
    {
        var agent = await _ada.CreateAsync("run:ls_-la end");
        var item = await _ada.ItemAsync(agent, "waiting");
        var token = await server.AddUserAsync($"Viewer {Guid.NewGuid():N}", Cancel);
        var viewer = new InboxPerson(server, token);
        Assert.Equal((404, "/problems/request-not-found"), await viewer.RefusedAsync(new HttpMethod(method), $"/api/inbox/{item["id"]}{route}", method == "GET" ? null : "{}"));
        Assert.Empty((await viewer.GetAsync("/api/inbox?state=all"))["items"]!.AsArray()); // always there

        await server.Services.GetRequiredService<NpgsqlDataSource>().CommandFor(
            "insert into repository_members (repository_id, user_id, role) select 'rep_bench', user_id, 'viewer' from access_tokens where kind = 'program' and name = 'test' on conflict do nothing").RunAsync(Cancel);
        Assert.Single(await viewer.ItemsAsync(agent));
        if (method == "POST")
        {
            Assert.Equal((403, "/problems/forbidden"), await viewer.RefusedAsync(HttpMethod.Post, $"/api/inbox/{item["id"]}{route}", """{"decision":"allow_once"}"""));
        }

        Assert.Equal((403, "/problems/forbidden"), await viewer.RefusedAsync(HttpMethod.Delete, "/api/repositories/rep_bench/permission-rules/rul_x", null));
    }

    [Theory]
    [InlineData("state=waiting")]
    [InlineData("kind=other")]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    public async Task A_list_that_cannot_be_is_refused(string query) =>
        Assert.Equal((400, "/problems/agent-request-invalid"), await _ada.RefusedAsync(HttpMethod.Get, $"/api/inbox?{query}", null));

    [Fact]
    public async Task A_long_list_comes_in_pages()
    {
        var agent = await _ada.CreateAsync("run:a_b run:c_d end");
        await _ada.PostAsync($"/api/inbox/{(await _ada.ItemAsync(agent, "waiting"))["id"]}/answer", """{"action":"cancel"}""");
        await _ada.UntilAsync(agent, one => one["requests"]!.AsArray().Any(request => request!.ToJsonString().Contains("c d", StringComparison.Ordinal)), "the second question"); // it has some
        var first = await _ada.GetAsync($"/api/inbox?agent={agent}&state=all&limit=1");
        var second = await _ada.GetAsync($"/api/inbox?agent={agent}&state=all&limit=1&after={first["next"]}");

        Assert.Equal(("c d", "a b", null), ((string?)first["items"]?[0]?["title"], (string?)second["items"]?[0]?["title"], (string?)second["next"]));
    }

    private async Task<IReadOnlyList<JsonNode>> RulesAsync() => [.. (await _ada.GetAsync("/api/repositories/rep_bench/permission-rules"))["rules"]!.AsArray().Select(rule => rule!)]; // always there

    private static JsonNode Shown(JsonNode answer) => answer["item"]?["request"] ?? throw new InvalidOperationException("It has no question.");
}
