using System.Text.Json.Nodes;

namespace Atelier.FakeModelServer.Replies;

/// <summary>The plainest value that fits a JSON schema: first choices, empty lists, the word "scripted".</summary>
internal static class SchemaAnswer
{
    public static JsonNode? For(JsonNode? schema)
    {
        if (schema is not JsonObject)
        {
            return "scripted";
        }

        if (schema["enum"] is JsonArray { Count: > 0 } choices)
        {
            return choices[0]?.DeepClone();
        }

        if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray { Count: > 0 } alternatives)
        {
            return For(alternatives[0]);
        }

        var type = schema["type"] is JsonArray types ? (string?)types[0] : (string?)schema["type"];
        return type?.ToLowerInvariant() switch
        {
            "object" => ObjectFor(schema),
            "array" => new JsonArray(),
            "integer" or "number" => 1,
            "boolean" => false,
            "null" => null,
            _ => "scripted",
        };
    }

    private static JsonObject ObjectFor(JsonNode schema)
    {
        var answer = new JsonObject();
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            answer[name] = For(property);
        }

        return answer;
    }
}
