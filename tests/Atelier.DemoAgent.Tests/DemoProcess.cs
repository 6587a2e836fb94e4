using System.Text.Json.Nodes;
using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.DemoAgent.Tests;

/// <summary>The demo agent in a process of its own, and a client that opens a conversation in a folder.</summary>
internal sealed class DemoProcess : IAsyncDisposable
{
    private DemoProcess(AgentProcess agent, string directory)
    {
        Agent = agent;
        Directory = directory;
    }

    public static string Program { get; } = Checkout.ProgramOf("Atelier.DemoAgent");

    public AgentProcess Agent { get; }

    public string Directory { get; }

    /// <summary>The open conversation.</summary>
    public string Session { get; private set; } = "";

    /// <summary>All updates of the open conversation.</summary>
    public JsonObject[] Updates => UpdatesOf(Session);

    /// <summary>Starts it without pauses, in a conversation of its own.</summary>
    public static async Task<DemoProcess> OpenAsync(string directory, string state, double pace = 0)
    {
        var demo = Start(directory, state, pace);
        demo.Session = await demo.NewAsync(directory);
        return demo;
    }

    /// <summary>Starts it, to go on with a conversation.</summary>
    public static DemoProcess Start(string directory, string state, double pace = 0) => new(
        AgentProcess.Start([Program], directory, new Dictionary<string, string>
        {
            ["ATELIER_DEMO_STATE"] = state,
            ["ATELIER_DEMO_PACE"] = $"{pace}",
            ["HOME"] = state,
        }),
        directory);

    public async Task<string> NewAsync(string directory)
    {
        await Agent.AskAsync("initialize", new JsonObject { ["protocolVersion"] = 1 });
        var opened = await Agent.AskAsync("session/new", new JsonObject { ["cwd"] = directory, ["mcpServers"] = new JsonArray() });
        return (string)opened["result"]!["sessionId"]!;
    }

    public async Task<JsonObject> ReopenAsync(string method, string session)
    {
        Session = session;
        return await Agent.AskAsync(
            method, new JsonObject { ["sessionId"] = session, ["cwd"] = Directory, ["mcpServers"] = new JsonArray() });
    }

    public Task<int> BeginAsync(string text, string? session = null) => Agent.BeginAsync("session/prompt", Prompt(session ?? Session, text));

    /// <summary>A whole turn; what it asks is answered with the option of that kind.</summary>
    public async Task<string> PromptAsync(string text, string answer = "allow_once")
    {
        var asked = Asked;
        var turn = await BeginAsync(text);
        var ended = Agent.AnswerToAsync(turn, text);
        var question = Agent.AskedAsync("session/request_permission", asked + 1);
        if (await Task.WhenAny(ended, question) == question)
        {
            await AnswerAsync(await question, answer);
        }

        return ReasonOf(await ended);
    }

    public int Asked => Agent.Messages.Count(message => (string?)message["method"] == "session/request_permission");

    public Task AnswerAsync(JsonObject question, string kind)
    {
        var option = question["params"]!["options"]!.AsArray().SingleOrDefault(each => (string?)each!["kind"] == kind);
        return Agent.AnswerAsync(question, new JsonObject
        {
            ["outcome"] = option is null
                ? new JsonObject { ["outcome"] = "cancelled" }
                : new JsonObject { ["outcome"] = "selected", ["optionId"] = (string?)option["optionId"] },
        });
    }

    public Task CancelAsync() => Agent.TellAsync("session/cancel", new JsonObject { ["sessionId"] = Session });

    public Task<JsonObject> UpdateAsync(string variant, string? kind = null, int nth = 1) => Agent.WaitForAsync(
        message => (string?)message["params"]?["update"]?["sessionUpdate"] == variant
            && (kind is null || (string?)message["params"]!["update"]!["kind"] == kind),
        $"{variant} {kind}",
        nth);

    public JsonObject[] UpdatesOf(string session) =>
    [
        .. Agent.Messages.Where(message => (string?)message["method"] == "session/update" && (string?)message["params"]!["sessionId"] == session)
            .Select(message => message["params"]!["update"]!.AsObject()),
    ];

    /// <summary>What it said in words, piece by piece.</summary>
    public string Said(string session) => string.Concat(UpdatesOf(session)
        .Where(update => (string?)update["sessionUpdate"] == "agent_message_chunk").Select(update => (string?)update["content"]!["text"]));

    /// <summary>How each tool call ended.</summary>
    public Dictionary<string, string> Calls()
    {
        var calls = new Dictionary<string, string>();
        foreach (var update in Updates.Where(update => update["toolCallId"] is not null))
        {
            calls[(string)update["toolCallId"]!] = (string)update["status"]!;
        }

        return calls;
    }

    public static string ReasonOf(JsonObject answer) =>
        (string?)answer["result"]?["stopReason"] ?? throw new InvalidOperationException(answer.ToJsonString());

    public ValueTask DisposeAsync() => Agent.DisposeAsync();

    private static JsonObject Prompt(string session, string text) => new()
    {
        ["sessionId"] = session,
        ["prompt"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
    };
}
