using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Server.ModelProviders.Asking;

/// <summary>The Messages API (https://docs.anthropic.com/en/api/messages), streamed.</summary>
/// <remarks>
/// <code>
/// {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"read","input":{}}}
/// {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"path\":"}}
/// {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}
/// </code>
/// </remarks>
internal sealed class AnthropicDialect : IModelDialect
{
    private const string Version = "2023-06-01";

    public string PathBehind(string baseUrl) => baseUrl.EndsWith("/v1", StringComparison.Ordinal) ? "/messages" : "/v1/messages";

    public void Authorize(HttpRequestMessage request, string? apiKey)
    {
        request.Headers.Add("anthropic-version", Version);
        if (apiKey is not null)
        {
            request.Headers.TryAddWithoutValidation("x-api-key", apiKey);
        }
    }

    public JsonObject Body(ModelProvider provider, ModelPrompt prompt)
    {
        var body = new JsonObject
        {
            ["model"] = provider.Model,
            ["max_tokens"] = provider.MaxOutputTokens,
            ["stream"] = true,
            ["system"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = prompt.System, ["cache_control"] = Cached() }),
            ["messages"] = new JsonArray([.. prompt.Messages.Select(Message)]),
        };
        if (prompt.Tools.Count > 0)
        {
            body["tools"] = new JsonArray([.. prompt.Tools.Select(tool =>
                new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["input_schema"] = tool.Schema.DeepClone() })]);
        }

        // What comes next begins with all of this: the endpoint need not read it again.
        if (body["messages"] is JsonArray { Count: > 0 } messages && (string?)messages[^1]?["role"] == "user" && messages[^1]?["content"] is JsonArray { Count: > 0 } last && last[^1] is JsonObject block)
        {
            block["cache_control"] = Cached();
        }

        return body;
    }

    public ModelPiece? Take(AnswerBuilder answer, JsonElement data)
    {
        var at = data.Member("index").Number() ?? 0;
        switch (data.Member("type").Text())
        {
            case "message_start":
                Count(answer, data.Member("message")?.Member("usage"));
                break;
            case "content_block_start" when data.Member("content_block") is { } block:
                Open(answer, at, block);
                break;
            case "content_block_delta" when data.Member("delta") is { } delta:
                return Take(answer, at, delta);
            case "message_delta":
                answer.StopReason = data.Member("delta")?.Member("stop_reason").Text() switch
                {
                    null => answer.StopReason,
                    "stop_sequence" or "pause_turn" => "end_turn",
                    var reason => reason,
                };
                Count(answer, data.Member("usage"));
                break;
            case "error" when data.Member("error") is { } error:
                throw ModelRefusals.Of(error.Member("type").Text(), error.Member("message").Text());
        }

        return null;
    }

    private static JsonObject Cached() => new() { ["type"] = "ephemeral" };

    private static void Open(AnswerBuilder answer, int at, JsonElement block)
    {
        switch (block.Member("type").Text())
        {
            case "text":
                answer.Open(at, AnswerBuilder.PartKind.Text);
                break;
            case "thinking":
                answer.Open(at, AnswerBuilder.PartKind.Thought);
                break;
            case "redacted_thinking":
                answer.Redacted(at, block.Member("data").Text() ?? "");
                break;
            case "tool_use":
                answer.Open(at, AnswerBuilder.PartKind.Call, block.Member("id").Text() ?? "", block.Member("name").Text() ?? "");
                break;
        }
    }

    private static ModelPiece? Take(AnswerBuilder answer, int at, JsonElement delta)
    {
        switch (delta.Member("type").Text())
        {
            case "text_delta" when delta.Member("text").Text() is { Length: > 0 } text:
                answer.Add(at, text);
                return new ModelPiece.Said(text);
            case "thinking_delta" when delta.Member("thinking").Text() is { Length: > 0 } thought:
                answer.Add(at, thought);
                return new ModelPiece.Thought(thought);
            case "signature_delta":
                answer.Sign(at, delta.Member("signature").Text() ?? "");
                return null;
            case "input_json_delta":
                answer.Add(at, delta.Member("partial_json").Text() ?? "");
                return null;
            default:
                return null;
        }
    }

    /// <summary>What was read from its memory counts as read.</summary>
    private static void Count(AnswerBuilder answer, JsonElement? usage)
    {
        if (usage is not { } counts)
        {
            return;
        }

        if (counts.Member("input_tokens").Number() is { } input)
        {
            answer.InputTokens = input + (counts.Member("cache_read_input_tokens").Number() ?? 0) + (counts.Member("cache_creation_input_tokens").Number() ?? 0);
        }

        answer.OutputTokens = counts.Member("output_tokens").Number() ?? answer.OutputTokens;
    }

    private static JsonNode Message(ModelMessage message) => message switch
    {
        ModelMessage.Person person => Message("user", person.Content.Select(Content)),
        ModelMessage.Model model => Message("assistant", model.Parts.Select(Part).OfType<JsonNode>()),
        ModelMessage.Results results => Message("user", results.Of.Select(Result)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject Message(string role, IEnumerable<JsonNode> content) => new() { ["role"] = role, ["content"] = new JsonArray([.. content]) };

    private static JsonObject Content(ModelContent content) => content switch
    {
        ModelContent.Text text => new() { ["type"] = "text", ["text"] = text.Words },
        ModelContent.Image image => new()
        {
            ["type"] = "image",
            ["source"] = new JsonObject { ["type"] = "base64", ["media_type"] = image.MimeType, ["data"] = image.Data },
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject? Part(AnswerPart part) => part switch
    {
        AnswerPart.Text text => new() { ["type"] = "text", ["text"] = text.Words },
        AnswerPart.Thought { Redacted: { } redacted } => new() { ["type"] = "redacted_thinking", ["data"] = redacted },
        AnswerPart.Thought { Signature: { Length: > 0 } signature } thought => new() { ["type"] = "thinking", ["thinking"] = thought.Words, ["signature"] = signature },
        AnswerPart.Call call => new() { ["type"] = "tool_use", ["id"] = call.Id, ["name"] = call.Name, ["input"] = CallArguments.Object(call.Arguments) ?? [] },
        _ => null,
    };

    private static JsonObject Result(ToolResult result)
    {
        var block = new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = result.CallId, ["content"] = result.Text };
        if (result.IsError)
        {
            block["is_error"] = true;
        }

        return block;
    }
}
