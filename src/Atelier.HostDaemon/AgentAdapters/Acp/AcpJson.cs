using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Atelier.HostDaemon.AgentAdapters.Acp;

/// <summary>JSON by hand: what is read has any shape, and what is written has exactly one.</summary>
internal static class AcpJson
{
    // Programs read lines, not pages: text stays as short as it is.
    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonElement Empty { get; } = Object(_ => { });

    /// <summary>Writes one value.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, s_writing))
        {
            write(writer);
        }

        return text.WrittenMemory;
    }

    /// <summary>Makes an object.</summary>
    public static JsonElement Object(Action<Utf8JsonWriter> writeProperties) => Parse(Write(writer =>
    {
        writer.WriteStartObject();
        writeProperties(writer);
        writer.WriteEndObject();
    }));

    /// <summary>Makes an object with one text.</summary>
    public static JsonElement Text(string name, string text) => Object(writer => writer.WriteString(name, text));

    /// <summary>A property; undefined where it is missing, null, or this is no object.</summary>
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : default;

    /// <summary>A property's text; null where it has none.</summary>
    public static string? GetText(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool IsTrue(this JsonElement element, string name) => element.Get(name).ValueKind == JsonValueKind.True;

    /// <summary>The element; null where it is undefined or null.</summary>
    public static JsonElement? OrNull(this JsonElement element) =>
        element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : element;

    /// <summary>The element, or an empty object.</summary>
    public static JsonElement OrEmpty(this JsonElement element) => element.OrNull() ?? Empty;

    private static JsonElement Parse(ReadOnlyMemory<byte> text)
    {
        var reader = new Utf8JsonReader(text.Span);
        return JsonElement.ParseValue(ref reader);
    }
}
