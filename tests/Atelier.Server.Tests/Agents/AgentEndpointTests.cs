using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Infrastructure.Database;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Agents;

/// <summary>Every route of agents on the whole server; programs and places are fakes.</summary>
public sealed class AgentEndpointTests(AgentEndpointTests.Server server) : IClassFixture<AgentEndpointTests.Server>
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_is_created_done_and_can_be_read()
    {
        var agent = await CreateAsync("say title end");
        await UntilAsync(agent, one => (string?)one["agent"]?["activity"] == "to-review", "the turn to end");

        var read = await GetAsync($"/api/agents/{agent}");
        Assert.Equal("active", (string?)read["agent"]?["status"]);
        Assert.Equal("done", (string?)read["turns"]?[0]?["state"]);
        Assert.Equal("active", (string?)(await GetAsync($"/api/agents/{agent}/instance"))["instance"]?["status"]);
        Assert.Equal(["user", "assistant"], (await GetAsync($"/api/agents/{agent}/messages"))["messages"]!.AsArray().Select(one => (string?)one?["role"])); // it has some
        Assert.Contains(agent, (await GetAsync("/api/agents"))["agents"]!.AsArray().Select(one => (string?)one?["id"])); // as above
    }

    [Theory]
    [InlineData("""{"taskRequest":" ","repositoryId":"rep_bench","agentProgramId":"prg_fake"}""", 400, "/problems/agent-request-invalid")]
    [InlineData("""{"taskRequest":"nul \u0000","repositoryId":"rep_bench","agentProgramId":"prg_fake"}""", 400, "/problems/agent-request-invalid")]
    [InlineData("""{"taskRequest":"a","repositoryId":"rep_bench","agentProgramId":"prg_fake","branch":"two\nlines"}""", 400, "/problems/agent-request-invalid")]
    [InlineData("""{"taskRequest":"a","repositoryId":"rep_none","agentProgramId":"prg_fake"}""", 404, "/problems/repository-not-found")]
    [InlineData("""{"taskRequest":"a","repositoryId":"rep_bench","agentProgramId":"prg_none"}""", 404, "/problems/agent-program-not-found")]
    [InlineData("""{"taskRequest":"a","repositoryId":"rep_bench","agentProgramId":"prg_terminal"}""", 422, "/problems/agent-program-is-for-terminals")]
    public async Task What_cannot_be_created_is_refused_with_the_reason(string body, int status, string problem)
    {
        using var http = server.Client(server.Token);

        using var answer = await http.SendJsonAsync(HttpMethod.Post, "/api/agents", body, _cancellationToken);

        Assert.Equal((status, problem), ((int)answer.StatusCode, await answer.ProblemAsync(_cancellationToken)));
    }

    [Fact]
    public async Task An_image_that_was_sent_is_shown_again_and_is_nothing_but_a_picture()
    {
        var agent = await CreateAsync("end");
        var sent = await CallAsync(
            HttpMethod.Post, $"/api/agents/{agent}/messages", """{"text":"end","images":[{"mimeType":"image/png","data":"iVBORw0="},{"mimeType":"image/svg+xml","data":"PHN2Zy8+"}]}""");
        Assert.Equal(2, (int?)sent["turn"]?["images"]);
        var images = $"/api/agents/{agent}/turns/{(string?)sent["turn"]?["id"]}/images";
        using var http = server.Client(server.Token);

        using var picture = await http.GetAsync(new Uri($"{images}/0", UriKind.Relative), _cancellationToken);
        using var drawing = await http.GetAsync(new Uri($"{images}/1", UriKind.Relative), _cancellationToken);
        using var none = await http.GetAsync(new Uri($"{images}/2", UriKind.Relative), _cancellationToken);

        Assert.Equal(("image/png", "nosniff"), (picture.Content.Headers.ContentType?.MediaType, picture.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D], await picture.Content.ReadAsByteArrayAsync(_cancellationToken));
        Assert.Equal(("/problems/image-not-shown", "/problems/image-not-found"), (await drawing.ProblemAsync(_cancellationToken), await none.ProblemAsync(_cancellationToken)));
    }

    [Fact]
    [Trait("rule", "AL21")]
    public async Task A_work_session_is_renamed_and_gets_the_mode_that_is_wanted()
    {
        var agent = await CreateAsync("end");
        var workSession = (string?)(await UntilAsync(agent, one => one["workSessions"]?[0]?["modes"] is not null, "the modes"))["workSessions"]?[0]?["id"];
        using var http = server.Client(server.Token);
        var path = $"/api/agents/{agent}/work-sessions/{workSession}";

        using var changed = await http.SendJsonAsync(HttpMethod.Patch, path, """{"name":"Careful","modeId":"code"}""", _cancellationToken);
        using var unknown = await http.SendJsonAsync(HttpMethod.Patch, path, """{"modeId":"plan"}""", _cancellationToken);
        using var wrong = await http.SendJsonAsync(HttpMethod.Patch, path, """{"options":{"model":7}}""", _cancellationToken);
        using var nameless = await http.SendJsonAsync(HttpMethod.Patch, path, """{"name":" "}""", _cancellationToken);
        using var none = await http.SendJsonAsync(HttpMethod.Patch, $"/api/agents/{agent}/work-sessions/wks_none", "{}", _cancellationToken);

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(
            [(422, "/problems/setting-not-offered"), (400, "/problems/agent-request-invalid"), (400, "/problems/agent-request-invalid"), (404, "/problems/work-session-not-found")],
            await Task.WhenAll(new[] { unknown, wrong, nameless, none }.Select(async answer => ((int)answer.StatusCode, await answer.ProblemAsync(_cancellationToken)))));
        await UntilAsync(agent, one => (string?)one["workSessions"]?[0]?["currentModeId"] == "code" && (string?)one["workSessions"]?[0]?["name"] == "Careful", "the mode");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/instance")]
    [InlineData("GET", "/conversations")]
    [InlineData("POST", "/login")]
    [InlineData("POST", "/logout")]
    [InlineData("GET", "/messages")]
    [InlineData("POST", "/messages")]
    [InlineData("GET", "/queue")]
    [InlineData("DELETE", "/queue")]
    [InlineData("PATCH", "/queue/turn_x")]
    [InlineData("DELETE", "/queue/turn_x")]
    [InlineData("GET", "/turns/turn_x/images/0")]
    [InlineData("POST", "/turns/turn_x/cancel")]
    [InlineData("POST", "/turns/turn_x/retry")]
    [InlineData("GET", "/work-sessions")]
    [InlineData("POST", "/work-sessions")]
    [InlineData("PATCH", "/work-sessions/wks_x")]
    [InlineData("POST", "/work-sessions/wks_x/complete")]
    [InlineData("POST", "/work-sessions/wks_x/cancel")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/events/stream")]
    public async Task Whoever_may_not_see_an_agent_finds_none_on_any_route(string method, string route)
    {
        var agent = await CreateAsync("end");
        using var stranger = server.Client(await server.AddUserAsync($"Stranger {Guid.NewGuid():N}", _cancellationToken));
        using var nobody = server.Client();

        using var hidden = await stranger.SendJsonAsync(new HttpMethod(method), $"/api/agents/{agent}{route}", method is "GET" or "DELETE" ? null : "{}", _cancellationToken);
        using var refused = await nobody.SendJsonAsync(new HttpMethod(method), $"/api/agents/{agent}{route}", method is "GET" or "DELETE" ? null : "{}", _cancellationToken);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), (hidden.StatusCode, refused.StatusCode));
    }

    [Fact]
    [Trait("rule", "AG9")]
    public async Task A_message_that_is_sent_under_one_name_at_the_same_time_is_asked_once()
    {
        var agent = await CreateAsync("end");

        var turns = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(agent, "say end", key: "same")));

        Assert.Single(turns.Distinct());
        await UntilAsync(agent, one => one["turns"]!.AsArray().Any(turn => (string?)turn?["id"] == turns[0] && (string?)turn?["state"] == "done"), "the turn to end"); // it has some
        Assert.Equal(2, server.ProgramOf(agent).Prompts.Count());
    }

    [Fact]
    public async Task The_queue_can_be_seen_moved_and_emptied_and_what_is_sent_is_out_of_it()
    {
        var agent = await CreateAsync("say hang");
        var running = await RunningAsync(agent);
        var (a, b) = (await SendAsync(agent, "a"), await SendAsync(agent, "b"));

        await CallAsync(HttpMethod.Patch, $"/api/agents/{agent}/queue/{b}", """{"place":0}""");
        Assert.Equal([b, a], await QueueAsync(agent));
        Assert.Equal("/problems/turn-is-not-queued", await ProblemAsync(HttpMethod.Patch, $"/api/agents/{agent}/queue/{running}", """{"place":0}"""));
        Assert.Equal("/problems/turn-is-not-queued", await ProblemAsync(HttpMethod.Delete, $"/api/agents/{agent}/queue/{running}", null));
        Assert.Equal("/problems/turn-not-found", await ProblemAsync(HttpMethod.Delete, $"/api/agents/{agent}/queue/turn_none", null));
        await CallAsync(HttpMethod.Delete, $"/api/agents/{agent}/queue/{a}", null);
        await CallAsync(HttpMethod.Delete, $"/api/agents/{agent}/queue/{a}", null);
        Assert.Equal([b], await QueueAsync(agent));
        await CallAsync(HttpMethod.Delete, $"/api/agents/{agent}/queue", null);

        Assert.Empty(await QueueAsync(agent));
    }

    [Fact]
    [Trait("rule", "AG4")]
    public async Task Browsers_that_reorder_while_turns_are_sent_lose_none_and_double_none()
    {
        var agent = await CreateAsync("say hang");
        await RunningAsync(agent);
        var turns = new List<string>();
        for (var number = 0; number < 12; number++)
        {
            turns.Add(await SendAsync(agent, $"say tool say end{number}"));
        }

        var random = new Random(7);
        var moves = Enumerable.Range(0, 2).Select(async _ =>
        {
            for (var round = 0; round < 20; round++)
            {
                using var http = server.Client(server.Token);
                using var moved = await http.SendJsonAsync(
                    HttpMethod.Patch, $"/api/agents/{agent}/queue/{turns[random.Next(turns.Count)]}", $$"""{"place":{{random.Next(12)}}}""", _cancellationToken);
                Assert.True(moved.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict);
            }
        }).ToList();
        await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{await RunningAsync(agent)}/cancel", null);
        await Task.WhenAll(moves);
        await UntilAsync(agent, one => (int?)one["agent"]?["queuedTurns"] == 0 && (string?)one["agent"]?["activity"] == "to-review", "all turns to end");

        Assert.Equal(turns.Order(), server.ProgramOf(agent).Told.Select(one => one.Command).OfType<AgentCommand.Prompt>().Skip(1).Select(prompt => prompt.Context["turnId"]).Order());
    }

    [Fact]
    public async Task A_question_waits_in_the_inbox_and_is_answered_once()
    {
        var agent = await CreateAsync("ask say end");
        await UntilAsync(agent, one => (string?)one["agent"]?["activity"] == "needs-you", "the question");
        var request = (string?)(await GetAsync("/api/inbox"))["items"]!.AsArray().Single(item => (string?)item?["agent"]?["id"] == agent)?["id"]; // it has some
        using var stranger = server.Client(await server.AddUserAsync("A stranger to the inbox", _cancellationToken));
        using var hidden = await stranger.SendJsonAsync(HttpMethod.Post, $"/api/inbox/{request}/answer", """{"optionId":"yes"}""", _cancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Assert.Equal("/problems/agent-request-invalid", await ProblemAsync(HttpMethod.Post, $"/api/inbox/{request}/answer", """{"optionId":"none"}"""));

        await CallAsync(HttpMethod.Post, $"/api/inbox/{request}/answer", """{"decision":"allow_once"}""");

        Assert.Equal("/problems/request-is-over", await ProblemAsync(HttpMethod.Post, $"/api/inbox/{request}/answer", """{"optionId":"no"}"""));
        await UntilAsync(agent, one => (string?)one["agent"]?["activity"] == "to-review", "the turn to end");
        Assert.Single(server.ProgramOf(agent).Told, one => one.Command is AgentCommand.Answer);
    }

    [Fact]
    public async Task A_question_whose_process_is_gone_is_not_answered_any_more()
    {
        var agent = await CreateAsync("ask end");
        var asked = await UntilAsync(agent, one => (string?)one["agent"]?["activity"] == "needs-you", "the question");
        server.Instances.Of(await server.AgentAsync(agent)).Stop(exitCode: 3);
        await UntilAsync(agent, one => (string?)one["agent"]?["activity"] == "failed", "the turn to fail");

        Assert.Equal("/problems/request-is-over", await ProblemAsync(HttpMethod.Post, $"/api/inbox/{asked["requests"]?[0]?["id"]}/answer", """{"optionId":"yes"}"""));
    }

    [Fact]
    [Trait("rule", "AG10")]
    public async Task A_caller_who_waits_gets_what_belongs_to_the_turn_and_its_end()
    {
        var agent = await CreateAsync("say end");

        var kinds = (await WaitForAsync(agent, "say tool end")).Select(one => one.Kind).ToList();

        Assert.Equal(["turn-changed", "turn-changed", "turn-changed", "agent-message", "tool-call", "turn-changed"], kinds);
    }

    [Theory]
    [InlineData("error end")]
    [InlineData("say crash")]
    [Trait("rule", "AG10")]
    public async Task A_caller_who_waits_gets_the_error_at_once(string prompt)
    {
        var agent = await CreateAsync("end");

        Assert.Equal("failed", (string?)(await WaitForAsync(agent, prompt))[^1].Payload["turn"]?["state"]);
    }

    [Fact]
    [Trait("rule", "AG10")]
    public async Task A_caller_whose_turn_waits_for_a_person_is_told_so_and_does_not_hang()
    {
        var agent = await CreateAsync("say hang");
        await RunningAsync(agent);
        var waiting = WaitForAsync(agent, "end");
        await UntilAsync(agent, one => (int?)one["agent"]?["queuedTurns"] == 1, "the turn to be queued");

        server.Instances.Of(await server.AgentAsync(agent)).Stop(exitCode: 3);

        var last = (await Patience.For(waiting, "the caller's answer"))[^1];
        Assert.Equal(("work-session-changed", true), (last.Kind, (bool?)last.Payload["workSession"]?["thread"]?["isHeld"]));
    }

    [Fact]
    [Trait("rule", "AG10")]
    public async Task A_caller_whose_agent_is_deleted_does_not_hang()
    {
        var agent = await CreateAsync("say hang");
        await RunningAsync(agent);
        var waiting = WaitForAsync(agent, "end");
        await UntilAsync(agent, one => (int?)one["agent"]?["queuedTurns"] == 1, "the turn to be queued");

        await server.Services.GetRequiredService<AgentOwners>().RemoveAsync(new AgentId(agent), _cancellationToken);

        await Patience.For(waiting, "the caller's answer");
    }

    [Fact]
    [Trait("rule", "AG10")]
    public async Task A_caller_who_asks_again_under_the_same_name_gets_everything_of_the_turn()
    {
        var agent = await CreateAsync("end");
        await WaitForAsync(agent, "say tool end", key: "k");

        var again = (await WaitForAsync(agent, "say tool end", key: "k")).Select(one => one.Kind);

        Assert.Equal(["turn-changed", "turn-changed", "turn-changed", "agent-message", "tool-call", "turn-changed"], again);
    }

    [Fact]
    [Trait("rule", "AG11")]
    public async Task A_follower_who_comes_back_with_the_last_number_it_had_misses_nothing_and_gets_nothing_twice()
    {
        var agent = await CreateAsync("say hang");
        await RunningAsync(agent);
        var machine = server.Instances.Of(await server.AgentAsync(agent));
        var numbers = new List<long>();
        for (var round = 0; round < 6; round++)
        {
            machine.Speak(program => Enumerable.Range(0, 300).ToList().ForEach(_ => program.Say("c1")));
            numbers.AddRange((await EventsAsync(HttpMethod.Get, $"/api/agents/{agent}/events/stream", null, numbers.Count == 0 ? null : numbers[^1], take: 200)).Select(one => one.Seq));
        }

        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
    }

    [Fact]
    public async Task Pages_of_events_go_forward_and_back()
    {
        var agent = await CreateAsync("say say say end");
        await UntilAsync(agent, one => (string?)one["agent"]?["activity"] == "to-review", "the turn to end");

        Assert.Equal([2L, 3L], await PageAsync($"/api/agents/{agent}/events?after=1&limit=2"));
        Assert.Equal([3L, 4L], await PageAsync($"/api/agents/{agent}/events?before=5&limit=2"));
        Assert.Empty(await PageAsync($"/api/agents/{agent}/events?after=99999"));
    }

    [Fact]
    public async Task Work_sessions_are_added_completed_and_cancelled()
    {
        var agent = await CreateAsync("say hang");
        var main = (string?)(await GetAsync($"/api/agents/{agent}/work-sessions"))["workSessions"]?[0]?["id"];
        await RunningAsync(agent);
        var added = (string?)(await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions", """{"name":"Tests","agentType":"zed_agent"}"""))["workSession"]?["id"];

        Assert.Equal("/problems/model-provider-missing", await ProblemAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions", """{"name":"Review","agentType":"simple"}"""));
        Assert.Equal("/problems/turn-in-flight", await ProblemAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions/{main}/complete", null));
        Assert.Equal("/problems/work-session-not-found", await ProblemAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions/wks_none/complete", null));
        await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions/{added}/complete", null);
        await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions/{added}/complete", null);
        await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions/{main}/cancel", null);

        await UntilAsync(agent, one => (string?)one["instance"]?["status"] == "completed" && !server.Instances.Of(server.AgentAsync(agent).Result).IsRunning, "the program to be ended");
        Assert.Equal("/problems/work-session-is-over", await ProblemAsync(HttpMethod.Post, $"/api/agents/{agent}/messages", $$"""{"text":"more","workSessionId":"{{main}}"}"""));
    }

    [Fact]
    public async Task A_turn_that_failed_is_tried_again_and_one_that_is_done_is_not()
    {
        var agent = await CreateAsync("error-once end");
        var failed = await UntilAsync(agent, one => (string?)one["agent"]?["activity"] == "failed", "the turn to fail");
        var turn = (string?)failed["turns"]?[0]?["id"];

        Assert.Equal(2, (int?)(await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{turn}/retry", null))["turn"]?["attempt"]);

        await UntilAsync(agent, one => (string?)one["agent"]?["activity"] == "to-review", "the retry to end");
        Assert.Equal("/problems/turn-is-not-to-retry", await ProblemAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{turn}/retry", null));
        Assert.Equal("done", (string?)(await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{turn}/cancel", null))["turn"]?["state"]);
    }

    [Fact]
    public async Task An_agent_is_renamed_set_aside_completed_and_deleted()
    {
        var agent = await CreateAsync("end");

        Assert.Equal("New name", (string?)(await CallAsync(HttpMethod.Patch, $"/api/agents/{agent}", """{"title":"New\nname"}"""))["agent"]?["title"]);
        await CallAsync(HttpMethod.Patch, $"/api/agents/{agent}", """{"archived":true}""");
        Assert.DoesNotContain(agent, (await GetAsync("/api/agents"))["agents"]!.AsArray().Select(one => (string?)one?["id"])); // it has some
        Assert.Equal("/problems/agent-request-invalid", await ProblemAsync(HttpMethod.Patch, $"/api/agents/{agent}", """{"status":"failed"}"""));
        Assert.Equal("completed", (string?)(await CallAsync(HttpMethod.Patch, $"/api/agents/{agent}", """{"status":"completed"}"""))["agent"]?["status"]);
        Assert.Equal("/problems/agent-is-over", await ProblemAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions", """{"name":"More","agentType":"zed_agent"}"""));

        await CallAsync(HttpMethod.Delete, $"/api/agents/{agent}", null);

        using var http = server.Client(server.Token);
        using var gone = await http.GetAsync(new Uri($"/api/agents/{agent}", UriKind.Relative), _cancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    private async Task<string> CreateAsync(string prompt)
    {
        var created = await CallAsync(HttpMethod.Post, "/api/agents", $$"""{"taskRequest":"{{prompt}}","repositoryId":"rep_bench","agentProgramId":"prg_fake","baseBranch":"main"}""");
        return (string?)created["agent"]?["id"] ?? throw new InvalidOperationException("It has no id.");
    }

    private async Task<string> SendAsync(string agent, string text, string? key = null)
    {
        using var http = server.Client(server.Token);
        http.DefaultRequestHeaders.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        using var answer = await http.SendJsonAsync(HttpMethod.Post, $"/api/agents/{agent}/messages", $$"""{"text":"{{text}}"}""", _cancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (string?)(await answer.JsonAsync(_cancellationToken))["turn"]?["id"] ?? throw new InvalidOperationException("It has no id.");
    }

    private async Task<string> RunningAsync(string agent)
    {
        var running = await UntilAsync(agent, one => one["turns"]!.AsArray().Any(turn => (string?)turn?["state"] == "running"), "a turn to run"); // it has some
        return (string?)running["turns"]!.AsArray().First(turn => (string?)turn?["state"] == "running")?["id"] ?? ""; // as above
    }

    private async Task<IEnumerable<string?>> QueueAsync(string agent) => (await GetAsync($"/api/agents/{agent}/queue"))["turns"]!.AsArray().Select(turn => (string?)turn?["id"]); // always there

    private async Task<IEnumerable<long>> PageAsync(string path) => (await GetAsync(path))["events"]!.AsArray().Select(one => (long?)one?["seq"] ?? 0); // always there

    private Task<JsonNode> GetAsync(string path) => CallAsync(HttpMethod.Get, path, null);

    private async Task<JsonNode> CallAsync(HttpMethod method, string path, string? json)
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(method, path, json, _cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(_cancellationToken)}");
        return answer.StatusCode == HttpStatusCode.NoContent ? new JsonObject() : await answer.JsonAsync(_cancellationToken);
    }

    private async Task<string?> ProblemAsync(HttpMethod method, string path, string? json)
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(method, path, json, _cancellationToken);
        return await answer.ProblemAsync(_cancellationToken);
    }

    /// <summary>Follows the agent's events until it is as it should be.</summary>
    private async Task<JsonNode> UntilAsync(string agent, Func<JsonNode, bool> isSo, string what)
    {
        using var following = server.Services.GetRequiredService<AgentFeed>().Follow(new AgentId(agent));
        while (true)
        {
            var now = await GetAsync($"/api/agents/{agent}");
            if (isSo(now))
            {
                return now;
            }

            await Patience.For(following.Events.WaitToReadAsync(_cancellationToken).AsTask(), what);
            while (following.Events.TryRead(out _))
            {
            }
        }
    }

    private Task<IReadOnlyList<Sent>> WaitForAsync(string agent, string text, string? key = null) =>
        EventsAsync(HttpMethod.Post, $"/api/agents/{agent}/messages?wait=true", $$"""{"text":"{{text}}"}""", lastEventId: null, key: key);

    [Fact]
    public async Task A_stream_ends_with_the_token_that_it_was_opened_with()
    {
        var agent = await CreateAsync("end");
        using var person = server.Client(server.Token);
        using var made = await person.SendJsonAsync(HttpMethod.Post, "/api/tokens", """{"name":"reader"}""", _cancellationToken);
        var token = (await made.JsonAsync(_cancellationToken))["token"];
        using var reader = server.Client((string?)token?["secret"] ?? "");
        using var answer = await reader.GetAsync($"/api/agents/{agent}/events/stream", HttpCompletionOption.ResponseHeadersRead, _cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(_cancellationToken);

        using var deleted = await person.DeleteAsync($"/api/tokens/{(string?)token?["id"]}", _cancellationToken);

        await Patience.For(Assert.ThrowsAnyAsync<IOException>(() => stream.CopyToAsync(Stream.Null, _cancellationToken)), "the end of the stream");
    }

    /// <summary>Reads server-sent events to their end, or so many.</summary>
    private async Task<IReadOnlyList<Sent>> EventsAsync(HttpMethod method, string path, string? json, long? lastEventId, int take = int.MaxValue, string? key = null)
    {
        using var http = server.Client(server.Token);
        if (key is not null)
        {
            http.DefaultRequestHeaders.Add("Idempotency-Key", key);
        }

        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        if (lastEventId is { } last)
        {
            request.Headers.Add("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        }

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _cancellationToken);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(_cancellationToken));
        var events = new List<Sent>();
        while (events.Count < take && await Patience.For(reader.ReadLineAsync(_cancellationToken).AsTask(), "a line") is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal) && JsonNode.Parse(line["data: ".Length..]) is { } sent)
            {
                events.Add(new Sent((long?)sent["seq"] ?? 0, (string?)sent["kind"] ?? "", sent["payload"] ?? new JsonObject()));
            }
        }

        return events;
    }

    private sealed record Sent(long Seq, string Kind, JsonNode Payload);

    /// <summary>The whole server, with a fake machine for its programs.</summary>
    public class Server(TestPostgres postgres) : TestServer(postgres)
    {
        private readonly FakeSteps _steps = new();

        internal FakeInstances Instances { get; } = new();

        protected override void Replace(IServiceCollection services)
        {
            services.AddSingleton<IInstanceHost>(provider =>
                Instances.Link(_steps, (batch, cancellationToken) => provider.GetRequiredService<AgentOwners>().TakeAsync(batch, cancellationToken)));
            services.AddSingleton<IAgentPlaces>(new FakePlaces(_steps));
        }

        protected override async Task PrepareAsync(CancellationToken cancellationToken)
        {
            var database = Services.GetRequiredService<NpgsqlDataSource>();
            var user = (await Services.GetRequiredService<UserStore>().FirstAdministratorAsync(cancellationToken))?.Id;
            await database.CommandFor("insert into hosts (id, name, key_hash, is_local, created_at) values ('hst_bench', 'testbench', '\\x00', false, now())").RunAsync(cancellationToken);
            await database.CommandFor(
                """
                insert into repositories (id, owner, name, provider, host_id, status, template_files, copy_files, created_by, created_at)
                values ('rep_bench', 'local', 'bench', 'directory', 'hst_bench', 'ready', '{}', '{}', $1, now())
                """,
                user).RunAsync(cancellationToken);
            await database.CommandFor(
                """
                insert into agent_programs (id, name, command_template, acp_command, asking_patterns, sandbox, created_by, created_at)
                values ('prg_fake', 'Fake', null, 'fake', '{}', 'none', $1, now()), ('prg_terminal', 'Terminal', 'terminal', null, '{}', 'none', $1, now())
                """,
                user).RunAsync(cancellationToken);
        }

        internal async Task<Agent> AgentAsync(string id) =>
            (await Services.GetRequiredService<AgentOwners>().FindAsync(new AgentId(id)))?.Current ?? throw new InvalidOperationException("There is no such agent.");

        internal FakeProgram ProgramOf(string id) => Instances.Of(AgentAsync(id).Result).Program;
    }
}
