using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Server.Infrastructure.Identity;

/// <summary>Writes a typed id as the string it is.</summary>
internal sealed class IdJson<TId> : JsonConverter<TId>
    where TId : struct, ITypedId, IParsable<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TId.TryParse(reader.GetString(), provider: null, out var id)
            ? id
            : throw new JsonException("An id is a string of 1 to 255 characters.");

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
