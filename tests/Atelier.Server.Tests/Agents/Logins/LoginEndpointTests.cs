using System.Net;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Agents.Logins;

/// <summary>Logins and conversations over the whole server; programs and places are fakes.</summary>
public sealed class LoginEndpointTests(AgentEndpointTests.Server server) : IClassFixture<AgentEndpointTests.Server>
{
    private const string Methods = """[{"id":"oauth","name":"Browser"},{"id":"broken","name":"Broken"},{"id":"tty","name":"Terminal","type":"terminal"},{"id":"key","name":"Key","type":"env_var","vars":[{"name":"KEY"}]}]""";

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "AL22")]
    [Trait("rule", "AL23")]
    [Trait("rule", "AG10")]
    public async Task A_person_logs_in_in_the_inbox_or_at_the_agent_and_the_turn_that_was_held_is_done()
    {
        server.Instances.Programs = program => program.LoginMethods = Methods;
        var agent = await CreateAsync("say end");
        var asked = await UntilAsync(agent, one => one["requests"] is JsonArray { Count: > 0 } open && (string?)open[0]?["what"] == "login", "the question");
        Assert.Equal(("needed", "needs-you"), ((string?)asked["instance"]?["login"]?["state"], (string?)asked["agent"]?["activity"]));
        var item = (string?)(await CallAsync(HttpMethod.Get, "/api/inbox", null))["items"]!.AsArray().Single(one => (string?)one?["agent"]?["id"] == agent)?["id"]; // it has some

        Assert.Equal("/problems/login-not-offered", await ProblemAsync($"/api/agents/{agent}/login", """{"methodId":"none"}"""));
        Assert.Equal("/problems/login-needs-variables", await ProblemAsync($"/api/agents/{agent}/login", """{"methodId":"key"}"""));
        Assert.Equal("/problems/agent-request-invalid", await ProblemAsync($"/api/inbox/{item}/answer", """{"action":"decline"}"""));
        await CallAsync(HttpMethod.Post, $"/api/inbox/{item}/answer", """{"action":"accept","content":{"methodId":"broken"}}""");
        await UntilAsync(agent, one => (string?)one["instance"]?["login"]?["problem"] == "The browser was closed.", "the failure");

        server.Instances.LoginEnds.TrySetResult(2);
        await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/login", """{"methodId":"tty"}""");
        await UntilAsync(agent, one => (string?)one["instance"]?["login"]?["problem"] == "The login ended with exit code 2.", "the terminal's end");

        await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/login", """{"methodId":"oauth"}""");
        var done = await UntilAsync(agent, one => (string?)one["turns"]?[0]?["state"] == "done", "the turn");
        Assert.Null(done["instance"]?["login"]);
        Assert.Empty(done["requests"]!.AsArray()); // always there
        Assert.Equal(2, server.ProgramOf(agent).Told.Count(one => one.Command is AgentCommand.Authenticate));
        server.Instances.Programs = _ => { };
    }

    [Fact]
    [Trait("rule", "AL24")]
    [Trait("rule", "AL25")]
    [Trait("rule", "AL26")]
    [Trait("rule", "AL27")]
    public async Task Conversations_are_listed_taken_up_closed_and_forgotten()
    {
        server.Instances.Programs = program => (program.ManagesConversations, program.Loads) = (true, true);
        var agent = await CreateAsync("end");
        await UntilAsync(agent, one => (string?)one["turns"]?[0]?["state"] == "done", "the turn");
        var program = server.ProgramOf(agent);
        program.Conversations.Add("x1");
        program.Conversations.Add("x2");

        var listed = (await CallAsync(HttpMethod.Get, $"/api/agents/{agent}/conversations", null))["conversations"]!.AsArray(); // always there
        Assert.Equal(["c1", "x1", "x2"], listed.Select(one => (string?)one?["id"]));
        Assert.NotNull(listed[0]?["workSessionId"]);

        var taken = await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions", """{"name":"Old","agentType":"zed_agent","conversationId":"x1"}""");
        Assert.Equal("/problems/conversation-is-taken", await ProblemAsync($"/api/agents/{agent}/work-sessions", """{"name":"Again","agentType":"zed_agent","conversationId":"x1"}"""));
        await UntilAsync(agent, one => one["workSessions"] is JsonArray { Count: 2 } both && (string?)both[1]?["thread"]?["status"] == "active", "the conversation");
        var events = (await CallAsync(HttpMethod.Get, $"/api/agents/{agent}/events?after=0", null))["events"]!.AsArray(); // always there
        Assert.Contains(events, one => (string?)one?["kind"] == "user-message" && (string?)one?["workSessionId"] == (string?)taken["workSession"]?["id"]);

        await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions/{(string?)taken["workSession"]?["id"]}/complete", "{}");
        await Patience.Until(() => program.Told.Any(one => one.Command is AgentCommand.CloseThread("x1")), "the conversation to be closed");
        server.Instances.Programs = _ => { };
    }

    [Fact]
    [Trait("rule", "AL25")]
    public async Task A_program_that_cannot_list_says_so()
    {
        var agent = await CreateAsync("end");
        await UntilAsync(agent, one => (string?)one["turns"]?[0]?["state"] == "done", "the turn");

        using var http = server.Client(server.Token);
        using var answer = await http.GetAsync(new Uri($"/api/agents/{agent}/conversations", UriKind.Relative), _cancellationToken);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "/problems/conversations-not-listed"), (answer.StatusCode, await answer.ProblemAsync(_cancellationToken)));
    }

    private async Task<string> CreateAsync(string prompt)
    {
        var created = await CallAsync(HttpMethod.Post, "/api/agents", $$"""{"taskRequest":"{{prompt}}","repositoryId":"rep_bench","agentProgramId":"prg_fake","baseBranch":"main"}""");
        return (string?)created["agent"]?["id"] ?? throw new InvalidOperationException("It has no id.");
    }

    private async Task<JsonNode> CallAsync(HttpMethod method, string path, string? json)
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(method, path, json, _cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(_cancellationToken)}");
        return await answer.JsonAsync(_cancellationToken);
    }

    private async Task<string?> ProblemAsync(string path, string json)
    {
        using var http = server.Client(server.Token);
        using var answer = await http.SendJsonAsync(HttpMethod.Post, path, json, _cancellationToken);
        return await answer.ProblemAsync(_cancellationToken);
    }

    private async Task<JsonNode> UntilAsync(string agent, Func<JsonNode, bool> isSo, string what)
    {
        using var following = server.Services.GetRequiredService<AgentFeed>().Follow(new AgentId(agent));
        while (true)
        {
            var now = await CallAsync(HttpMethod.Get, $"/api/agents/{agent}", null);
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
}
