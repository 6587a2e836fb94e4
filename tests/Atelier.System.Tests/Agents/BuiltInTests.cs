using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Atelier.Client.Api;
using Atelier.FakeModelServer;
using Atelier.FakeModelServer.Events;
using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.System.Tests.Agents;

/// <summary>The built-in agent in a whole installation: real worktrees, real commands under real keepers, a model that follows a script and an endpoint that makes trouble.</summary>
public sealed class BuiltInTests
{
    private static readonly JsonTypeInfo<JsonObject> s_json = (JsonTypeInfo<JsonObject>)JsonSerializerOptions.Web.GetTypeInfo(typeof(JsonObject));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "BA2")]
    [Trait("rule", "BA3")]
    public async Task Five_tasks_over_several_files_are_done_and_committed_with_either_kind_of_model()
    {
        await using var model = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: Cancel);
        await using var system = await StartAsync(model);
        var other = (string?)(await PostAsync(
            system,
            "/api/model-providers",
            new JsonObject { ["kind"] = "openai-compatible", ["baseUrl"] = $"{model.Address}v1", ["model"] = "scripted", ["apiKey"] = "sk-other" }))["modelProvider"]?["id"];

        await Task.WhenAll(ModelTask.All.Select((task, number) => DoAsync(system, task, number % 2 == 0 ? "configured" : other)));
    }

    [Fact]
    [Trait("rule", "BA1")]
    public async Task A_killed_server_and_a_killed_daemon_repeat_nothing_and_the_command_goes_on()
    {
        await using var model = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: Cancel);
        await using var system = await StartAsync(model);
        using var repository = new TemporaryRepository();
        var agent = await CreateAsync(
            system,
            repository,
            "Do it. %% say I begin %% wait-for server %% say with it. %% call run {\"command\":\"echo begun >> times.txt; until test -e go; do sleep 0.05; done; echo ended >> times.txt\"} %% next"
            + " %% call edit {\"path\":\"README.md\",\"old_text\":\"hello\",\"new_text\":\"hello, you\"} %% say Done.",
            "full");

        var waiting = await model.FirstEventAsync(happened => happened.Kind == ModelEventKind.Waiting, cancellationToken: Cancel);
        await system.KillServerAsync();
        await system.StartServerAsync();
        await model.FirstEventAsync(happened => happened.Kind == ModelEventKind.Waiting, waiting.Number, Cancel);
        model.Signal("server");
        model.Signal("server");
        var worktree = await UntilAsync(system, agent, "the worktree", one => (string?)one["agent"]?["sessionId"] is not null ? "" : null) is not null ? await WorktreeAsync(system, agent) : "";
        await Patience.Until(() => File.Exists($"{worktree}/times.txt"), "the command to begin");
        var daemon = system.DaemonPid;
        await system.KillServerAsync();
        system.KillDaemon();
        await system.StartServerAsync();
        await system.DaemonOtherThan(daemon);
        await File.WriteAllTextAsync($"{worktree}/go", "", Cancel);
        await OverAsync(system, agent);

        Assert.Equal("begun\nended\n", await File.ReadAllTextAsync($"{worktree}/times.txt", Cancel));
        Assert.Equal("hello, you\n", await File.ReadAllTextAsync($"{worktree}/README.md", Cancel));
        var messages = (await GetAsync(system, $"/api/agents/{agent}/messages"))["messages"]?.AsArray() ?? [];
        Assert.Equal("I begin\n\nwith it.\n\nDone.", (string?)messages[^1]?["text"]);
    }

    [Fact]
    [Trait("rule", "BA8")]
    public async Task Mixed_agent_types()
    {
        await using var model = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: Cancel);
        await using var system = await StartAsync(model);
        using var repository = new TemporaryRepository();
        var program = new ScriptedAgent(repository.Beside("agent"), new AgentScript().OnPrompt(".", steps => steps.Say("Implemented.")));
        var programId = await system.AddProgramAsync("Scripted", command: null, acp: TemplateText.Of([.. program.Command]));

        // Research and design, without any process.
        var agent = await CreateAsync(
            system,
            repository,
            "Implement an authentication system. %% call write {\"path\":\"DESIGN.md\",\"content\":\"tokens\\n\"} %% call notes {\"action\":\"append\",\"text\":\"We use tokens.\"} %% say Designed.",
            "full",
            programId,
            "helix_agent");
        await OverAsync(system, agent);
        Assert.Null((await GetAsync(system, $"/api/agents/{agent}"))["instance"]);

        // Three threads of one instance, in the same worktree.
        foreach (var name in (string[])["Backend implementation", "Frontend implementation", "Integration tests"])
        {
            await SendAsync(system, agent, await AddAsync(system, agent, name, "zed_agent"), $"Do the {name}.");
        }

        await UntilAsync(system, agent, "the threads to end", one => one["turns"]?.AsArray().Count(turn => (string?)turn?["state"] == "done") == 4 ? "" : null);
        var instance = (await GetAsync(system, $"/api/agents/{agent}/instance"))["instance"];

        // A review that sees what the others did, and shares worktree and notes.
        var review = await AddAsync(system, agent, "Security review", "helix_agent");
        await SendAsync(system, agent, review, "Review it. %% call other_threads {} %% call read {\"path\":\"DESIGN.md\"} %% call notes {\"action\":\"read\"} %% say Reviewed.");
        await UntilAsync(system, agent, "the review to end", one => one["turns"]?.AsArray().Count(turn => (string?)turn?["state"] == "done") == 5 ? "" : null);

        Assert.Equal(3, instance?["threads"]?.AsArray().Count);
        Assert.Equal(["Do the Backend implementation.", "Do the Frontend implementation.", "Do the Integration tests."], program.Prompts.Order(StringComparer.Ordinal));
        var results = (await EventsAsync(system, agent)).Where(one => (string?)one["workSessionId"] == review && (string?)one["kind"] == "tool-call" && (string?)one["payload"]?["status"] == "completed").ToList();
        Assert.Equal(3, results.Count);
        var context = (await GetAsync(system, $"/api/agents/{agent}/context"))["context"];
        Assert.Equal("We use tokens.", (string?)context?["notes"]);
        Assert.Equal(["Main", "Backend implementation", "Frontend implementation", "Integration tests", "Security review"], context?["workSessions"]?.AsArray().Select(one => (string?)one?["name"]));
        Assert.Equal(["Designed.", "Implemented.", "Implemented.", "Implemented.", "Reviewed."], context?["workSessions"]?.AsArray().Select(one => (string?)one?["lastAnswer"]));
        Assert.Equal("DESIGN.md", (string?)context?["workSessions"]?[0]?["filesChanged"]?[0]);
    }

    private static Task<SystemUnderTest> StartAsync(ModelServer model) => SystemUnderTest.StartAsync(
        $"--Models:BaseUrl={model.Address}", "--Models:Model=scripted", "--Models:ApiKey=sk-test", "--Models:FirstPause=00:00:00.05", "--Models:LongestPause=00:00:00.2");

    private static async Task DoAsync(SystemUnderTest system, ModelTask task, string? provider)
    {
        using var repository = task.Repository();
        var agent = await CreateAsync(system, repository, task.Request, "full", provider: provider);
        var over = await OverAsync(system, agent);
        var worktree = await WorktreeAsync(system, agent);

        Assert.True((string?)over["turns"]?[0]?["state"] == "done", $"{task.Name}: {over.ToJsonString()}");
        Assert.Equal("", TemporaryRepository.GitIn(worktree, "status", "--porcelain"));
        Assert.Equal(task.Changed, TemporaryRepository.GitIn(worktree, "diff", "--name-only", "main...HEAD").Split('\n').Order(StringComparer.Ordinal));
        TemporaryRepository.GitIn(worktree, "-c", $"alias.check=!{task.Check}", "check");
    }

    private static async Task<string> CreateAsync(
        SystemUnderTest system, TemporaryRepository repository, string request, string mode, string program = "built-in", string? type = null, string? provider = null)
    {
        var body = new JsonObject
        {
            ["taskRequest"] = request,
            ["repositoryId"] = await system.AddRepositoryAsync(repository.Path),
            ["agentProgramId"] = program,
            ["title"] = "A job",
            ["modeId"] = mode,
            ["agentType"] = type,
            ["modelProviderId"] = provider,
        };
        return (string?)(await PostAsync(system, "/api/agents", body))["agent"]?["id"] ?? throw new InvalidOperationException("It was not created.");
    }

    private static async Task<string> AddAsync(SystemUnderTest system, string agent, string name, string type) =>
        (string?)(await PostAsync(system, $"/api/agents/{agent}/work-sessions", new JsonObject { ["name"] = name, ["agentType"] = type }))["workSession"]?["id"]
        ?? throw new InvalidOperationException("It was not added.");

    private static Task<JsonNode> SendAsync(SystemUnderTest system, string agent, string workSession, string text) =>
        PostAsync(system, $"/api/agents/{agent}/messages", new JsonObject { ["text"] = text, ["workSessionId"] = workSession });

    private static async Task<string> WorktreeAsync(SystemUnderTest system, string agent) =>
        (string?)(await GetAsync(system, $"/api/agents/{agent}/context"))["context"]?["worktreePath"] ?? throw new InvalidOperationException("It has no worktree.");

    private static Task<JsonNode> OverAsync(SystemUnderTest system, string agent) =>
        LookAsync(system, agent, "the turn to end", one => (string?)one["turns"]?[0]?["state"] is "done" or "failed" or "cancelled");

    private static async Task<string?> UntilAsync(SystemUnderTest system, string agent, string what, Func<JsonNode, string?> look) =>
        look(await LookAsync(system, agent, what, one => look(one) is not null));

    private static async Task<JsonNode> LookAsync(SystemUnderTest system, string agent, string what, Func<JsonNode, bool> isSo)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var now = await GetAsync(system, $"/api/agents/{agent}");
            if (isSo(now))
            {
                return now;
            }

            Assert.False(limit.IsCancellationRequested, $"Waited for {what}; it is {now.ToJsonString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    private static async Task<IReadOnlyList<JsonNode>> EventsAsync(SystemUnderTest system, string agent) =>
        [.. ((await GetAsync(system, $"/api/agents/{agent}/events"))["events"]?.AsArray() ?? []).OfType<JsonNode>()];

    private static async Task<JsonNode> GetAsync(SystemUnderTest system, string path) =>
        JsonNode.Parse(await system.Api.SendAsync(HttpMethod.Get, path, Cancel)) ?? throw new InvalidOperationException("Nothing was answered.");

    private static async Task<JsonNode> PostAsync(SystemUnderTest system, string path, JsonObject body) =>
        JsonNode.Parse(await system.Api.SendAsync(HttpMethod.Post, path, body, s_json, Cancel)) ?? throw new InvalidOperationException("Nothing was answered.");
}
