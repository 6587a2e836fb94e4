using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Agents.Editors;

/// <summary>What clients and we tell each other beside the protocol: members of <c>_meta.atelier</c>.</summary>
internal static class EditorMeta
{
    private const string Name = "atelier";

    /// <summary>A member that is text; null when there is none.</summary>
    /// <exception cref="Protocol.JsonRpc.JsonRpcException">It is there, and is not what could be an id or a name.</exception>
    public static string? Text(JsonElement? meta, string name) => meta?.Member(Name)?.Member(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { } value when value.Text() is { } text && Ids.IsValid(text) => text,
        _ => throw EditorRefusals.Invalid($"_meta.{Name}.{name} is a text of 1 to {Ids.MaxLength} printable characters."),
    };

    /// <summary>A member that is a number of an event; null when there is none.</summary>
    public static long? Number(JsonElement? meta, string name) =>
        meta?.Member(Name)?.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value >= 0 ? value : null;

    public static JsonElement Of(JsonObject members) => JsonSerializer.SerializeToElement(new JsonObject { [Name] = members });
}
