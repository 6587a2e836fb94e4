using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Client.AgentConsole;

/// <summary>Reads the records of agent-console's three files; pure.</summary>
/// <remarks>
/// The old session, written before workers existed:
/// <code>{"id":"…","worktreePath":"/abs","repositoryId":"…"|"default","pid":123,"serverPid":456?,"createdAt":"…"}</code>
/// The new one:
/// <code>{"id":"…","type":"worktree","locationPath":"/abs","repositoryId":"…","worktreeId":"…","serverPid":1,"createdAt":"…","workers":[…]}</code>
/// A record without <c>type</c> or without <c>workers</c> is an old one. It becomes a session with one agent worker, <c>&lt;id&gt;-agent</c>.
/// </remarks>
internal static class AgentConsoleRecords
{
    /// <summary>Id that agent-console gives its entry for Claude Code.</summary>
    public const string ClaudeCode = "claude-code-builtin";

    public static AgentConsoleSession Session(JsonObject record) =>
        record.ContainsKey("type") && record.ContainsKey("workers") ? NewSession(record) : OldSession(record);

    public static AgentConsoleRepository Repository(JsonObject record) => new(
        Text(record, "id"),
        Text(record, "name"),
        Text(record, "path"),
        OptionalText(record, "registeredAt") is null ? null : Time(record, "registeredAt"),
        record);

    public static AgentConsoleAgent Agent(JsonObject record) => new(
        Text(record, "id"),
        Text(record, "name"),
        Text(record, "command"),
        Texts(record, "continueArgs"),
        record["activityPatterns"] is JsonObject patterns ? Texts(patterns, "askingPatterns") : [],
        record["isBuiltIn"] is JsonValue value && value.GetValueKind() == JsonValueKind.True,
        record);

    private static AgentConsoleSession OldSession(JsonObject record)
    {
        var id = Text(record, "id");
        var path = Text(record, "worktreePath");
        var repository = Text(record, "repositoryId");
        var isQuick = string.Equals(repository, "default", StringComparison.Ordinal);
        var createdAt = Time(record, "createdAt");
        var worker = new AgentConsoleWorker($"{id}-agent", "agent", "Claude", ClaudeCode, Number(record, "pid"), createdAt);

        return new AgentConsoleSession(
            id,
            isQuick ? "quick" : "worktree",
            path,
            isQuick ? null : repository,
            isQuick ? null : path,
            Title: null,
            Number(record, "serverPid"),
            createdAt,
            [worker],
            record);
    }

    private static AgentConsoleSession NewSession(JsonObject record)
    {
        var type = Text(record, "type");
        if (type is not ("worktree" or "quick"))
        {
            throw new FormatException($"type is \"{type}\"; it must be worktree or quick");
        }

        var isQuick = string.Equals(type, "quick", StringComparison.Ordinal);
        return new AgentConsoleSession(
            Text(record, "id"),
            type,
            Text(record, "locationPath"),
            isQuick ? null : Text(record, "repositoryId"),
            isQuick ? null : Text(record, "worktreeId"),
            OptionalText(record, "title"),
            Number(record, "serverPid"),
            Time(record, "createdAt"),
            [.. Objects(record, "workers").Where(IsShown).Select(Worker)],
            record);
    }

    private static bool IsShown(JsonObject worker) => OptionalText(worker, "type") is "agent" or "terminal";

    private static AgentConsoleWorker Worker(JsonObject record) => new(
        Text(record, "id"),
        Text(record, "type"),
        Text(record, "name"),
        OptionalText(record, "agentId"),
        Number(record, "pid"),
        Time(record, "createdAt"));

    private static string Text(JsonObject record, string name) =>
        OptionalText(record, name) is { Length: > 0 } text ? text : throw new FormatException($"{name} is missing");

    private static string? OptionalText(JsonObject record, string name) =>
        record[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static int? Number(JsonObject record, string name) => record[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var number) && number > 0 => number,
        _ => throw new FormatException($"{name} is not a process id"),
    };

    private static DateTimeOffset Time(JsonObject record, string name) =>
        DateTimeOffset.TryParse(
            Text(record, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"{name} is not a time");

    private static string[] Texts(JsonObject record, string name) => record[name] switch
    {
        null => [],
        JsonArray list => [.. list.Select(item =>
            item is JsonValue value && value.GetValueKind() == JsonValueKind.String
                ? value.GetValue<string>()
                : throw new FormatException($"{name} holds something else than text"))],
        _ => throw new FormatException($"{name} is not a list"),
    };

    private static IEnumerable<JsonObject> Objects(JsonObject record, string name) =>
        record[name] is JsonArray list
            ? list.Select(item => item as JsonObject ?? throw new FormatException($"{name} holds something else than records"))
            : throw new FormatException($"{name} is not a list");
}
