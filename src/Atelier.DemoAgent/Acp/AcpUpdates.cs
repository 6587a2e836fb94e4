using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.DemoAgent.Acp;

/// <summary>News of a conversation; https://agentclientprotocol.com/protocol/schema has each of them.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "sessionUpdate")]
[JsonDerivedType(typeof(UserMessageChunk), "user_message_chunk")]
[JsonDerivedType(typeof(AgentMessageChunk), "agent_message_chunk")]
[JsonDerivedType(typeof(AgentThoughtChunk), "agent_thought_chunk")]
[JsonDerivedType(typeof(ToolCall), "tool_call")]
[JsonDerivedType(typeof(ToolCallUpdate), "tool_call_update")]
[JsonDerivedType(typeof(Plan), "plan")]
[JsonDerivedType(typeof(Commands), "available_commands_update")]
[JsonDerivedType(typeof(Usage), "usage_update")]
[JsonDerivedType(typeof(Named), "session_info_update")]
internal abstract record SessionUpdate
{
    /// <param name="Content">A block as the client sent it.</param>
    /// <param name="MessageId">Blocks of one prompt have one.</param>
    internal sealed record UserMessageChunk(JsonElement Content, string MessageId) : SessionUpdate;

    internal sealed record AgentMessageChunk(TextBlock Content, string MessageId) : SessionUpdate;

    internal sealed record AgentThoughtChunk(TextBlock Content, string MessageId) : SessionUpdate;

    internal sealed record ToolCall(
        string ToolCallId,
        string Title,
        string Kind,
        string Status,
        IReadOnlyList<ToolCallContent>? Content = null,
        IReadOnlyList<ToolCallLocation>? Locations = null,
        CommandInput? RawInput = null) : SessionUpdate;

    internal sealed record ToolCallUpdate(string ToolCallId, string Status, IReadOnlyList<ToolCallContent>? Content = null) : SessionUpdate;

    /// <param name="Entries">All of them, each time.</param>
    internal sealed record Plan(IReadOnlyList<PlanEntry> Entries) : SessionUpdate;

    internal sealed record Commands(IReadOnlyList<AvailableCommand> AvailableCommands) : SessionUpdate;

    internal sealed record Usage(long Used, long Size) : SessionUpdate;

    internal sealed record Named(string Title, DateTimeOffset UpdatedAt) : SessionUpdate;
}

internal sealed record TextBlock(string Text)
{
    public string Type { get; } = "text";
}

internal sealed record ToolCallLocation(string Path, int? Line = null);

/// <summary>What a command is started with.</summary>
internal sealed record CommandInput(string Command);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Block), "content")]
[JsonDerivedType(typeof(Diff), "diff")]
internal abstract record ToolCallContent
{
    internal sealed record Block(TextBlock Content) : ToolCallContent;

    /// <param name="Path">Absolute.</param>
    /// <param name="NewText">The whole file afterwards.</param>
    /// <param name="OldText">The whole file before; null for a new one.</param>
    internal sealed record Diff(string Path, string NewText, string? OldText) : ToolCallContent;
}

internal sealed record PlanEntry(string Content, string Priority, string Status);

internal sealed record AvailableCommand(string Name, string Description);
