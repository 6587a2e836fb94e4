using System.Text.Json.Nodes;

namespace Atelier.TestKit.Zed;

/// <summary>What comes with the events of a mock Zed.</summary>
internal static class MockZedEvents
{
    public static JsonObject Entry(string thread, MockZedEntry entry, string request) => With(
        ("acp_thread_id", thread), ("message_id", entry.Id), ("role", entry.Role), ("content", entry.Content), ("request_id", request), ("timestamp", 1_770_000_003),
        ("entry_type", entry.Type), ("tool_name", entry.ToolName), ("tool_status", entry.ToolStatus));

    public static JsonObject Completed(MockZedRun run, string agent) => With(
        ("acp_thread_id", run.Thread), ("message_id", "0"), ("request_id", run.Request), ("agent_name", agent),
        ("usage", With(("total_tokens", 1200), ("input_tokens", 1000), ("output_tokens", 200))));

    public static JsonObject Question(MockZedRun run) => With(
        ("acp_thread_id", run.Thread), ("request_id", run.Request), ("entry_index", "7"), ("elicitation_id", run.Question), ("tool_call_id", "toolu_1"), ("mode", "form"),
        ("message", "Which colour?"), ("requested_schema", With(("type", "object"), ("properties", new JsonObject()))), ("status", "pending"));

    public static JsonObject Resolved(MockZedRun run, string question, string action) => With(
        ("acp_thread_id", run.Thread), ("request_id", run.Request), ("elicitation_id", question), ("status", action == "accept" ? "accepted" : "declined"));

    public static JsonObject Resynced(string thread, IEnumerable<MockZedRun> asking) => With(
        ("acp_thread_id", thread), ("elicitation_ids", new JsonArray([.. asking.Select(run => JsonValue.Create(run.Question))])));

    public static JsonObject NotLoaded(string thread, string? request, string problem) => With(
        ("acp_thread_id", thread), ("request_id", request), ("error", $"Failed to load thread: {problem}"));

    public static JsonObject UiState(string? query, string? thread) => With(("query_id", query), ("active_view", "agent_thread"), ("thread_id", thread), ("entry_count", 0));

    public static JsonObject Active(string request, string thread, string state) => With(("request_id", request), ("acp_thread_id", thread), ("state", state));

    public static JsonObject With(params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var all = new JsonObject();
        foreach (var (name, value) in members)
        {
            all[name] = value;
        }

        return all;
    }

    /// <summary>A text that comes in two pieces.</summary>
    public static (string First, string Second) Pieces(string word, string name) => word switch
    {
        "think" => ($"<thinking>{name} is", $" thought</thinking>{name} is said."),
        "odd" => ($"{name} \0 zero", " \U0001F600 atl_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG end"),
        "big" => ($"{name} {new string('x', 200_000)}", new string('y', 200_000)),
        _ => ($"{name} begins", " and ends."),
    };

    /// <summary>The name that an event had before.</summary>
    public static string OldName(string type) => type switch
    {
        "thread_created" => "context_created",
        "message_added" => "message_updated",
        "thread_title_changed" => "context_title_changed",
        _ => type,
    };
}
