using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Atelier.AgentScripts.Scripts;

namespace Atelier.TestKit.Agents;

/// <summary>What a <see cref="ScriptedAgent"/> does about one request, step by step.</summary>
public sealed class AgentSteps
{
    private readonly ImmutableArray<ScriptStep>.Builder _steps = ImmutableArray.CreateBuilder<ScriptStep>();

    /// <summary>Says a text in pieces; with a gate, piece n + 1 waits for <c>{gate}-{n}</c>.</summary>
    public AgentSteps Say(string text, int chunks = 1, string? gate = null, string? messageId = null) =>
        Then(new ScriptStep.Say(text, chunks, gate, messageId));

    public AgentSteps Think(string text, int chunks = 1) => Then(new ScriptStep.Say(text, chunks, Variant: "agent_thought_chunk"));

    /// <summary>Says one piece of so many MiB.</summary>
    public AgentSteps SayMuch(int mebibytes) => Then(new ScriptStep.SayMuch(mebibytes << 20));

    /// <summary>Waits until the test opens the gate.</summary>
    public AgentSteps Gate(string name) => Then(new ScriptStep.WaitForGate(name));

    public AgentSteps ToolCall(string id, string title, string kind = "other", string status = "pending") => Update(new JsonObject
    {
        ["sessionUpdate"] = "tool_call",
        ["toolCallId"] = id,
        ["title"] = title,
        ["kind"] = kind,
        ["status"] = status,
    });

    public AgentSteps ToolCallUpdate(string id, string status, JsonArray? content = null)
    {
        var update = new JsonObject { ["sessionUpdate"] = "tool_call_update", ["toolCallId"] = id, ["status"] = status };
        if (content is not null)
        {
            update["content"] = content;
        }

        return Update(update);
    }

    /// <summary>A plan; the first entry is in progress.</summary>
    public AgentSteps Plan(params string[] entries) => Update(new JsonObject
    {
        ["sessionUpdate"] = "plan",
        ["entries"] = new JsonArray([.. entries.Select((entry, at) => new JsonObject
        {
            ["content"] = entry,
            ["priority"] = "medium",
            ["status"] = at == 0 ? "in_progress" : "pending",
        })]),
    });

    /// <summary>Any update, known or unknown, of this conversation or of another.</summary>
    public AgentSteps Update(JsonObject update, string? sessionId = null) => Then(new ScriptStep.Update(update, sessionId));

    /// <summary>Tells the conversation so far again.</summary>
    public AgentSteps Replay() => Then(new ScriptStep.Replay());

    /// <summary>Asks for a permission with the four usual options and says the answer.</summary>
    public AgentSteps AskPermission(string toolCallId, string title, JsonNode? id = null, bool waits = true) => Ask(
        "session/request_permission",
        new JsonObject
        {
            ["toolCall"] = new JsonObject { ["toolCallId"] = toolCallId, ["title"] = title, ["kind"] = "execute", ["status"] = "pending" },
            ["options"] = new JsonArray([.. new[] { "allow_once", "allow_always", "reject_once", "reject_always" }.Select(kind =>
                new JsonObject { ["optionId"] = $"option-{kind}", ["name"] = kind.Replace('_', ' '), ["kind"] = kind })]),
        },
        id,
        waits,
        tells: true);

    /// <summary>Asks a form with one text field and says the answer.</summary>
    public AgentSteps AskQuestion(string message, string field = "name") => Ask(
        "elicitation/create",
        new JsonObject
        {
            ["mode"] = "form",
            ["message"] = message,
            ["requestedSchema"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { [field] = new JsonObject { ["type"] = "string" } },
                ["required"] = new JsonArray(field),
            },
        },
        tells: true);

    public AgentSteps ReadFile(string path) => Ask("fs/read_text_file", new JsonObject { ["path"] = path }, tells: true);

    public AgentSteps WriteFile(string path, string content) =>
        Ask("fs/write_text_file", new JsonObject { ["path"] = path, ["content"] = content }, tells: true);

    /// <summary>Runs a command in a terminal of the client, waits for its end, says its output, and lets the terminal go.</summary>
    public AgentSteps RunInTerminal(string command, params string[] arguments) =>
        Ask("terminal/create", new JsonObject { ["command"] = command, ["args"] = new JsonArray([.. arguments]) })
            .Ask("terminal/wait_for_exit", Terminal(), tells: true)
            .Ask("terminal/output", Terminal(), tells: true)
            .Ask("terminal/release", Terminal());

    /// <summary>Asks anything; texts <c>$name</c> stand for what earlier answers had under that name.</summary>
    /// <param name="method">Known or unknown.</param>
    /// <param name="parameters">What is asked; the conversation's id is added where it is missing.</param>
    /// <param name="id">Id of the request, a text for example; null for the next number.</param>
    /// <param name="waits">Whether the next step comes after the answer.</param>
    /// <param name="tells">Whether the answer is said.</param>
    public AgentSteps Ask(string method, JsonObject parameters, JsonNode? id = null, bool waits = true, bool tells = false) =>
        Then(new ScriptStep.Ask(method, parameters, id, waits, tells));

    /// <summary>Takes back what was asked under an id.</summary>
    public AgentSteps Withdraw(JsonNode id) => Tell("$/cancel_request", new JsonObject { ["requestId"] = id });

    /// <summary>Sends a notification of any method.</summary>
    public AgentSteps Tell(string method, JsonObject parameters) => Then(new ScriptStep.Tell(method, parameters));

    /// <summary>Answers now; what follows comes late. A second time, it answers twice.</summary>
    public AgentSteps Answer(JsonObject? result = null) => Then(new ScriptStep.Answer(result));

    public AgentSteps AnswerWithReason(string stopReason) => Answer(new JsonObject { ["stopReason"] = stopReason });

    public AgentSteps Fail(int code, string message, JsonNode? details = null) => Then(new ScriptStep.Fail(code, message, details));

    public AgentSteps NeverAnswer() => Then(new ScriptStep.NeverAnswer());

    public AgentSteps WaitForCancel() => Then(new ScriptStep.WaitForCancel());

    public AgentSteps IgnoreCancel() => Then(new ScriptStep.IgnoreCancel());

    /// <summary>Writes a line as it is, its end added.</summary>
    public AgentSteps RawLine(string line) => Raw([.. Encoding.UTF8.GetBytes(line), (byte)'\n']);

    public AgentSteps Raw(byte[] bytes) => Then(new ScriptStep.Raw(bytes));

    public AgentSteps SayOnError(string text) => Then(new ScriptStep.SayOnError(text));

    public AgentSteps CloseOutput() => Then(new ScriptStep.CloseOutput());

    public AgentSteps Exit(int code) => Then(new ScriptStep.Exit(code));

    /// <summary>Ends as <c>kill -9</c> ends it.</summary>
    public AgentSteps Die() => Then(new ScriptStep.Die());

    internal static ImmutableArray<ScriptStep> From(Action<AgentSteps> steps)
    {
        var said = new AgentSteps();
        steps(said);
        return said._steps.ToImmutable();
    }

    private static JsonObject Terminal() => new() { ["terminalId"] = "$terminalId" };

    private AgentSteps Then(ScriptStep step)
    {
        _steps.Add(step);
        return this;
    }
}
