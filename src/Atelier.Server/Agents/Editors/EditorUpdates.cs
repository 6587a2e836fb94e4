using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Server.Agents.Events;

namespace Atelier.Server.Agents.Editors;

/// <summary>Events of a work session as updates of the Agent Client Protocol; pure but for what it remembers of tool calls, which the protocol wants announced first.</summary>
/// <param name="isWhole">Whether the editor is told everything from the beginning, and so knows no tool call that was not told here.</param>
internal sealed class EditorUpdates(bool isWhole)
{
    private const string Discriminator = "sessionUpdate";

    private readonly HashSet<string> _toolCalls = [];

    /// <summary>The update that tells of an event; null when the editor has no use for it.</summary>
    public JsonElement? Of(EventDraft what)
    {
        using var payload = JsonDocument.Parse(what.Payload);
        return what.Kind switch
        {
            EventKinds.AgentMessage => With("agent_message_chunk", payload.RootElement),
            "agent-thought" => With("agent_thought_chunk", payload.RootElement),
            "tool-call" => ToolCall(payload.RootElement),
            "plan" => With("plan", payload.RootElement),
            "commands" => With("available_commands_update", payload.RootElement),
            "mode" when payload.RootElement.Member("currentModeId")?.Text() is { } mode => Made(new JsonObject { [Discriminator] = "current_mode_update", ["currentModeId"] = mode }),
            "options" => With("config_option_update", payload.RootElement),
            EventKinds.Title => With("session_info_update", payload.RootElement),
            "usage" => With("usage_update", payload.RootElement),
            EventKinds.AgentChanged when payload.RootElement.Member("agent")?.Member("title")?.Text() is { } title => Made(new JsonObject { [Discriminator] = "session_info_update", ["title"] = title }),
            _ => null,
        };
    }

    /// <summary>What a person asked, block by block.</summary>
    public static IEnumerable<JsonElement> Asked(string content)
    {
        using var blocks = JsonDocument.Parse(content);
        foreach (var block in blocks.RootElement.EnumerateArray())
        {
            yield return Made(new JsonObject { [Discriminator] = "user_message_chunk", ["content"] = JsonNode.Parse(block.Json()) });
        }
    }

    private JsonElement? ToolCall(JsonElement payload)
    {
        if (payload.Member("toolCallId")?.Text() is not { } id)
        {
            return null;
        }

        var hasTitle = payload.Member("title")?.Text() is not null;
        var isNew = _toolCalls.Add(id) && (isWhole || hasTitle);
        return With(
            isNew ? "tool_call" : "tool_call_update",
            payload,
            call =>
            {
                if (isNew && !hasTitle)
                {
                    call["title"] = "Tool call";
                }

                ShowTerminals(call);
            });
    }

    /// <summary>Says of terminals in a tool call where they are.</summary>
    public static void ShowTerminals(JsonObject call)
    {
        if (call["content"] is JsonArray content)
        {
            call["content"] = new JsonArray([.. content.Select(Shown)]);
        }
    }

    /// <summary>Terminals of an agent are Atelier's; an editor that looked for one of its own under that id would find none.</summary>
    private static JsonNode? Shown(JsonNode? one) => one is JsonObject block && block["type"] is JsonValue type && type.TryGetValue<string>(out var kind) && kind == "terminal"
        ? new JsonObject { ["type"] = "content", ["content"] = new JsonObject { ["type"] = "text", ["text"] = $"Its terminal is in Atelier ({block["terminalId"]})." } }
        : one?.DeepClone();

    private static JsonElement With(string update, JsonElement payload, Action<JsonObject>? change = null)
    {
        var made = new JsonObject { [Discriminator] = update };
        foreach (var property in payload.EnumerateObject())
        {
            made[property.Name] = JsonNode.Parse(property.Value.Json());
        }

        change?.Invoke(made);
        return Made(made);
    }

    private static JsonElement Made(JsonObject update) => JsonSerializer.SerializeToElement(update);
}
