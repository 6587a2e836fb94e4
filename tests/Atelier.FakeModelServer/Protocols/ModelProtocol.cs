using System.Text.Json.Nodes;
using Atelier.FakeModelServer.Replies;

namespace Atelier.FakeModelServer.Protocols;

/// <summary>One way of asking a model. Only the part that programs use; everything else in a request is ignored.</summary>
internal interface IModelProtocol
{
    string Name { get; }

    ModelRequest Read(JsonObject body, HttpRequest request);

    IReply Reply(ModelRequest request, HttpResponse response);

    JsonObject Refusal(int status, string message);
}

internal static class JsonReading
{
    public static string Text(this JsonNode? node, string separator = "\n") => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonArray parts => string.Join(separator, parts.Select(part => part is JsonObject ? part["text"].Text() : part.Text())),
        _ => "",
    };

    public static IEnumerable<JsonNode> Items(this JsonNode? node) =>
        node is JsonArray items ? items.OfType<JsonNode>() : [];

    public static bool IsTrue(this JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var truth) && truth;

    public static JsonObject Schema(this JsonNode? node) => node as JsonObject ?? [];
}
