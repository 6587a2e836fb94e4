using System.Text.Json.Nodes;
using Atelier.FakeModelServer.Replies;

namespace Atelier.FakeModelServer.Protocols;

/// <summary>POST /v1beta/models/MODEL:generateContent and :streamGenerateContent (https://ai.google.dev/api/generate-content).</summary>
internal sealed class GeminiContent : IModelProtocol
{
    public string Name => "gemini";

    public ModelRequest Read(JsonObject body, HttpRequest request)
    {
        var (model, verb) = ((string?)request.RouteValues["target"] ?? "").Split(':') switch
        {
            [var name, var action] => (name, action),
            var other => (other[0], ""),
        };
        var settings = body["generationConfig"];
        return new ModelRequest(
            model,
            verb == "streamGenerateContent",
            body["systemInstruction"]?["parts"].Text() ?? "",
            [.. body["contents"].Items().SelectMany(MessagesOf)],
            [.. body["tools"].Items().SelectMany(tool => tool["functionDeclarations"].Items()).Select(function =>
                new ModelTool(
                    (string?)function["name"] ?? "",
                    (function["parametersJsonSchema"] ?? function["parameters"]).Schema()))],
            (settings?["responseJsonSchema"] ?? settings?["responseSchema"]) as JsonObject);
    }

    public IReply Reply(ModelRequest request, HttpResponse response) => request.IsStreamed
        ? new GeminiStream(request, new EventStream(response))
        : new WholeReply(response, (reply, usage) => GeminiStream.Chunk(request.Model, Parts(reply), usage));

    public JsonObject Refusal(int status, string message) => new()
    {
        ["error"] = new JsonObject
        {
            ["code"] = status,
            ["message"] = message,
            ["status"] = status switch
            {
                429 => "RESOURCE_EXHAUSTED",
                503 => "UNAVAILABLE",
                < 500 => "INVALID_ARGUMENT",
                _ => "INTERNAL",
            },
        },
    };

    private static IEnumerable<ModelMessage> MessagesOf(JsonNode content)
    {
        var isPerson = (string?)content["role"] is null or "user";
        return content["parts"].Items().Select(part => part switch
        {
            _ when part["functionCall"] is { } call => new ModelMessage(MessageKind.ToolCall, call["args"]?.ToJsonString() ?? ""),
            _ when part["functionResponse"] is { } result =>
                new ModelMessage(MessageKind.ToolResult, result["response"]?.ToJsonString() ?? ""),
            _ when part["thought"].IsTrue() => null,
            _ when part["text"] is { } text => new ModelMessage(isPerson ? MessageKind.Person : MessageKind.Model, text.Text()),
            _ => null,
        }).OfType<ModelMessage>();
    }

    private static JsonArray Parts(WholeReply reply)
    {
        var parts = new JsonArray();
        if (reply.Thoughts.Length > 0)
        {
            parts.Add(GeminiStream.Thought(reply.Thoughts));
        }

        if (reply.Text.Length > 0)
        {
            parts.Add(GeminiStream.Text(reply.Text));
        }

        foreach (var call in reply.Calls)
        {
            parts.Add(GeminiStream.Call(call));
        }

        return parts;
    }
}

internal sealed class GeminiStream(ModelRequest request, EventStream stream) : IReply
{
    public static JsonNode Text(string text) => new JsonObject { ["text"] = text };

    public static JsonNode Thought(string text) => new JsonObject { ["text"] = text, ["thought"] = true };

    public static JsonNode Call(ToolCall call) => new JsonObject
    {
        ["functionCall"] = new JsonObject
        {
            ["id"] = call.Id,
            ["name"] = call.Tool,
            ["args"] = call.Arguments.DeepClone(),
        },
    };

    public static JsonObject Chunk(string model, JsonArray parts, TokenUsage? usage)
    {
        var candidate = new JsonObject
        {
            ["content"] = new JsonObject { ["role"] = "model", ["parts"] = parts },
            ["index"] = 0,
        };
        var chunk = new JsonObject { ["candidates"] = new JsonArray(candidate), ["modelVersion"] = model };
        if (usage is not null)
        {
            candidate["finishReason"] = "STOP";
            chunk["usageMetadata"] = new JsonObject
            {
                ["promptTokenCount"] = usage.InputTokens,
                ["candidatesTokenCount"] = usage.OutputTokens,
                ["totalTokenCount"] = usage.InputTokens + usage.OutputTokens,
            };
        }

        return chunk;
    }

    public Task StartAsync(CancellationToken cancellationToken) => stream.StartAsync(cancellationToken);

    public Task SayAsync(string text, CancellationToken cancellationToken) => SendAsync(Text(text), null, cancellationToken);

    public Task ThinkAsync(string text, CancellationToken cancellationToken) => SendAsync(Thought(text), null, cancellationToken);

    public Task CallAsync(ToolCall call, CancellationToken cancellationToken) => SendAsync(Call(call), null, cancellationToken);

    public Task FinishAsync(TokenUsage usage, CancellationToken cancellationToken) => SendAsync(Text(""), usage, cancellationToken);

    private Task SendAsync(JsonNode part, TokenUsage? usage, CancellationToken cancellationToken) =>
        stream.SendAsync(null, Chunk(request.Model, [part], usage).ToJsonString(), cancellationToken);
}
