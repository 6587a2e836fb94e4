using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Server.Agents;

/// <summary>JSON that goes out as it came, and is compared by its text.</summary>
[JsonConverter(typeof(Writing))]
internal sealed record JsonText(string Text)
{
    public static JsonText? Of(string? text) => text is null ? null : new JsonText(text);

    private sealed class Writing : JsonConverter<JsonText>
    {
        public override JsonText? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(JsonElement.ParseValue(ref reader).GetRawText());

        public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) => writer.WriteRawValue(value.Text);
    }
}
