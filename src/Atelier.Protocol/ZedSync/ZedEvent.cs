using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol.ZedSync;

/// <summary>A frame of Zed. Some say session_id and timestamp beside, which are of no use.</summary>
/// <param name="EventType">One of <see cref="ZedEventTypes"/>, or something newer.</param>
/// <param name="Data">What comes with it.</param>
public sealed record ZedEvent(string EventType, ZedEventData Data);

/// <summary>What comes with an event; each has some of these. What is of another shape than expected is read as text where that is possible.</summary>
public sealed record ZedEventData
{
    /// <summary>The thread.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? AcpThreadId { get; init; }

    /// <summary>Older name of <see cref="AcpThreadId"/>.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? ContextId { get; init; }

    /// <summary>The thread that is ready; null when Zed is.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? ThreadId { get; init; }

    /// <summary>The turn; empty where somebody typed in Zed, or history is told.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? RequestId { get; init; }

    /// <summary>Place of the entry in its thread, from 0; not unique.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? MessageId { get; init; }

    /// <summary>user, assistant or system.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? Role { get; init; }

    /// <summary>All of an entry so far, as text; or what a person has filled in, as an object.</summary>
    public JsonElement? Content { get; init; }

    /// <summary>A message in words.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? Message { get; init; }

    /// <summary>text or tool_call.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? EntryType { get; init; }

    /// <summary>What a tool call does.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? ToolName { get; init; }

    /// <summary>Pending, Waiting for confirmation, In Progress, Completed, Failed, Rejected or Canceled.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? ToolStatus { get; init; }

    /// <summary>The agent within Zed.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? AgentName { get; init; }

    /// <summary>A thread's title.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? Title { get; init; }

    /// <summary>Why something went wrong.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? Error { get; init; }

    /// <summary>How something ended.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? Status { get; init; }

    /// <summary>What a turn took, in tokens.</summary>
    public JsonElement? Usage { get; init; }

    /// <summary>Requests that Zed has; null when it does not say, which is not the same as none.</summary>
    public JsonElement? ActiveTurns { get; init; }

    /// <summary>The question.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? ElicitationId { get; init; }

    /// <summary>Questions that are open.</summary>
    public JsonElement? ElicitationIds { get; init; }

    /// <summary>form or url.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? Mode { get; init; }

    /// <summary>The tool call that asks.</summary>
    [JsonConverter(typeof(LooseText))]
    public string? ToolCallId { get; init; }

    /// <summary>What may be filled in, as a JSON schema.</summary>
    public JsonElement? RequestedSchema { get; init; }

    /// <summary>The thread, by its new or its older name; null when none is named.</summary>
    [JsonIgnore]
    public string? Thread => AcpThreadId is { Length: > 0 } thread ? thread : ContextId is { Length: > 0 } context ? context : null;
}

/// <summary>Reads texts, and what programs write where a text belongs: numbers, booleans, null.</summary>
internal sealed class LooseText : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            try
            {
                return reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return JsonElement.ParseValue(ref reader).GetRawText().Trim('"'); // half a character, which JSON can write
            }
        }

        var value = JsonElement.ParseValue(ref reader);
        return value.ValueKind == JsonValueKind.Null ? null : value.GetRawText();
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
