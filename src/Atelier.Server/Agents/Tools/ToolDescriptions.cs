using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Atelier.Server.Agents.Tools;

/// <summary>The tools as they are described to programs.</summary>
internal static class ToolDescriptions
{
    public const string ListWorkSessions = "list_work_sessions";
    public const string OpenWorkSession = "open_work_session";
    public const string MessageThread = "message_thread";
    public const string ReadThread = "read_thread";
    public const string ListTerminals = "list_terminals";
    public const string ReadTerminal = "read_terminal";
    public const string AskPerson = "ask_person";

    private const string AgentId = """ "agentId":{"type":"string","description":"Which agent; not needed by the program of an agent, which reaches its own only"} """;

    public static IList<Tool> All { get; } =
    [
        Of(ListWorkSessions, "List the lines of work (threads) of the agent, and what each is doing", isReading: true, $$"""{ {{AgentId}} }"""),
        Of(
            OpenWorkSession,
            "Open another line of work of the agent, beside the ones that there are, in the same worktree; with a prompt it begins at once",
            isReading: false,
            $$"""{ "name":{"type":"string","description":"For people"}, "prompt":{"type":"string","description":"What it is asked first"}, {{AgentId}} }""",
            "name"),
        Of(
            MessageThread,
            "Ask something in another line of work. Gives the turn's id; with waitSeconds it waits for the answer for so long",
            isReading: false,
            $$"""{ "workSessionId":{"type":"string"}, "text":{"type":"string"}, "waitSeconds":{"type":"number"}, {{AgentId}} }""",
            "workSessionId",
            "text"),
        Of(
            ReadThread,
            "Read the newest part of what was said in a line of work",
            isReading: true,
            $$"""{ "workSessionId":{"type":"string"}, "maxCharacters":{"type":"integer"}, {{AgentId}} }""",
            "workSessionId"),
        Of(ListTerminals, "List the terminals of the agent's session", isReading: true, $$"""{ {{AgentId}} }"""),
        Of(
            ReadTerminal,
            "Read the end of what a terminal has printed, as plain text",
            isReading: true,
            $$"""{ "terminalId":{"type":"string"}, "maxBytes":{"type":"integer"}, {{AgentId}} }""",
            "terminalId"),
        Of(
            AskPerson,
            "Ask a person, who finds the question in their inbox, and wait for the answer. When nobody has answered yet, call again with the same key to go on waiting for the same question",
            isReading: false,
            $$"""
            { "question":{"type":"string"}, "options":{"type":"array","items":{"type":"string"},"description":"Answers to choose from; any text when absent"},
              "key":{"type":"string","description":"Your name for the question: the same key is the same question"}, "waitSeconds":{"type":"number"}, {{AgentId}} }
            """,
            "question"),
    ];

    private static Tool Of(string name, string description, bool isReading, string properties, params string[] required) => new()
    {
        Name = name,
        Description = description,
        InputSchema = JsonElement.Parse($$"""{"type":"object","properties":{{properties}},"required":{{JsonSerializer.Serialize(required)}} }"""),
        Annotations = new ToolAnnotations { ReadOnlyHint = isReading, DestructiveHint = false, OpenWorldHint = false },
    };
}
