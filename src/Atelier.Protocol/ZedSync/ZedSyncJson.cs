using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol.ZedSync;

/// <summary>How frames are written and read: snake_case, one object each.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = true)]
[JsonSerializable(typeof(ZedCommand))]
[JsonSerializable(typeof(ZedEvent))]
public sealed partial class ZedSyncJson : JsonSerializerContext
{
    /// <summary>The frame as text.</summary>
    public static byte[] Write(ZedCommand command) => JsonSerializer.SerializeToUtf8Bytes(command, Default.ZedCommand);

    /// <summary>Reads a frame of Zed; null when it is none.</summary>
    public static ZedEvent? Read(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Default.ZedEvent) is { EventType: { Length: > 0 }, Data: not null } frame ? frame : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
