using System.Text.Json;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.AgentAdapters.Acp;

/// <summary>Variants of session/update as events (docs/protocols/agent-events.md).</summary>
internal static class AcpUpdates
{
    private const string Discriminator = "sessionUpdate";

    /// <summary>Reads an update; one that we do not know, or that lacks what makes it one, is told as it came.</summary>
    public static AgentNotice Read(string? thread, JsonElement update) => update.GetText(Discriminator) switch
    {
        "agent_message_chunk" when Has(update, "content", JsonValueKind.Object) => Said(thread, "agent-message", update),
        "agent_thought_chunk" when Has(update, "content", JsonValueKind.Object) => Said(thread, "agent-thought", update),
        "user_message_chunk" when Has(update, "content", JsonValueKind.Object) => Said(thread, "user-message", update),
        "tool_call" or "tool_call_update" when Has(update, "toolCallId", JsonValueKind.String) => ToolCall(thread, update),
        "plan" when Has(update, "entries", JsonValueKind.Array) => Said(thread, "plan", update),
        "available_commands_update" when Has(update, "availableCommands", JsonValueKind.Array) => Said(thread, "commands", update),
        "current_mode_update" when Has(update, "currentModeId", JsonValueKind.String) => Said(thread, "mode", update),
        "config_option_update" when Has(update, "configOptions", JsonValueKind.Array) => Said(thread, "options", update),
        "session_info_update" => Said(thread, "title", update),
        "usage_update" when Has(update, "used", JsonValueKind.Number) && Has(update, "size", JsonValueKind.Number) =>
            Said(thread, "usage", update),
        _ => AgentNotices.Other(thread, update),
    };

    private static bool Has(JsonElement update, string name, JsonValueKind kind) => update.Get(name).ValueKind == kind;

    private static AgentNotice.Said Said(string? thread, string name, JsonElement update) =>
        new(thread, name, Without(update, property => property.Name == Discriminator));

    // To a tool call, null says the same as nothing: it stays as it is. A title that is null is none.
    private static AgentNotice.Said ToolCall(string? thread, JsonElement update) => new(
        thread,
        "tool-call",
        Without(update, property => property.Name == Discriminator || property.Value.ValueKind == JsonValueKind.Null));

    private static JsonElement Without(JsonElement update, Func<JsonProperty, bool> isLeftOut) => AcpJson.Object(writer =>
    {
        foreach (var property in update.EnumerateObject().Where(property => !isLeftOut(property)))
        {
            property.WriteTo(writer);
        }
    });
}
