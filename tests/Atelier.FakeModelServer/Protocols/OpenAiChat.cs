using System.Text.Json.Nodes;
using Atelier.FakeModelServer.Replies;

namespace Atelier.FakeModelServer.Protocols;

/// <summary>POST /v1/chat/completions (https://platform.openai.com/docs/api-reference/chat).</summary>
internal sealed class OpenAiChat(TimeProvider time) : IModelProtocol
{
    public string Name => "openai-chat";

    public ModelRequest Read(JsonObject body, HttpRequest request) => new(
        (string?)body["model"] ?? "scripted",
        body["stream"].IsTrue(),
        string.Join('\n', body["messages"].Items().Where(IsSystem).Select(message => message["content"].Text())),
        [.. body["messages"].Items().Where(message => !IsSystem(message)).SelectMany(MessagesOf)],
        [.. body["tools"].Items().Select(tool => tool["function"]).OfType<JsonNode>().Select(function =>
            new ModelTool((string?)function["name"] ?? "", function["parameters"].Schema()))],
        body["response_format"]?["json_schema"]?["schema"] as JsonObject);

    public IReply Reply(ModelRequest request, HttpResponse response) => request.IsStreamed
        ? new OpenAiChatStream(request, time, new EventStream(response))
        : new WholeReply(response, (reply, usage) => Whole(request, reply, usage));

    public JsonObject Refusal(int status, string message) => OpenAiRefusal.For(status, message);

    private static bool IsSystem(JsonNode message) => (string?)message["role"] is "system" or "developer";

    private static IEnumerable<ModelMessage> MessagesOf(JsonNode message)
    {
        // A content of parts is several texts: the script stands in one of them.
        var texts = message["content"] is JsonArray parts
            ? parts.OfType<JsonNode>().Select(part => part["text"].Text())
            : [message["content"].Text()];
        return (string?)message["role"] switch
        {
            "user" => texts.Select(text => new ModelMessage(MessageKind.Person, text)),
            "tool" => [new ModelMessage(MessageKind.ToolResult, message["content"].Text())],
            _ => texts.Where(text => text.Length > 0).Select(text => new ModelMessage(MessageKind.Model, text))
                .Concat(message["tool_calls"].Items().Select(call =>
                    new ModelMessage(MessageKind.ToolCall, call["function"]?["arguments"].Text() ?? ""))),
        };
    }

    private JsonObject Whole(ModelRequest request, WholeReply reply, TokenUsage usage)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = reply.Text.Length > 0 ? reply.Text : null };
        if (reply.Thoughts.Length > 0)
        {
            message["reasoning_content"] = reply.Thoughts;
        }

        if (reply.Calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. reply.Calls.Select(call => OpenAiChatStream.Call(call))]);
        }

        return new JsonObject
        {
            ["id"] = "chatcmpl-" + request.AnswerId,
            ["object"] = "chat.completion",
            ["created"] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["model"] = request.Model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = message,
                ["finish_reason"] = reply.Calls.Count > 0 ? "tool_calls" : "stop",
            }),
            ["usage"] = OpenAiChatStream.Usage(usage),
        };
    }
}

internal sealed class OpenAiChatStream(ModelRequest request, TimeProvider time, EventStream stream) : IReply
{
    private int _calls;

    public static JsonObject Call(ToolCall call) => new()
    {
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Tool, ["arguments"] = call.Text },
    };

    public static JsonObject Usage(TokenUsage usage) => new()
    {
        ["prompt_tokens"] = usage.InputTokens,
        ["completion_tokens"] = usage.OutputTokens,
        ["total_tokens"] = usage.InputTokens + usage.OutputTokens,
    };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await stream.StartAsync(cancellationToken);
        await DeltaAsync(new() { ["role"] = "assistant", ["content"] = "" }, null, cancellationToken);
    }

    public Task SayAsync(string text, CancellationToken cancellationToken) =>
        DeltaAsync(new() { ["content"] = text }, null, cancellationToken);

    public Task ThinkAsync(string text, CancellationToken cancellationToken) =>
        DeltaAsync(new() { ["reasoning_content"] = text }, null, cancellationToken);

    public Task CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var part = Call(call);
        part.Insert(0, "index", _calls++);
        return DeltaAsync(new() { ["tool_calls"] = new JsonArray(part) }, null, cancellationToken);
    }

    public async Task FinishAsync(TokenUsage usage, CancellationToken cancellationToken)
    {
        await DeltaAsync([], _calls > 0 ? "tool_calls" : "stop", cancellationToken);
        await SendAsync([], usage, cancellationToken);
        await stream.SendAsync(null, "[DONE]", cancellationToken);
    }

    private Task DeltaAsync(JsonObject delta, string? finishReason, CancellationToken cancellationToken) => SendAsync(
        [new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finishReason }],
        usage: null,
        cancellationToken);

    private Task SendAsync(JsonArray choices, TokenUsage? usage, CancellationToken cancellationToken)
    {
        var chunk = new JsonObject
        {
            ["id"] = "chatcmpl-" + request.AnswerId,
            ["object"] = "chat.completion.chunk",
            ["created"] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["model"] = request.Model,
            ["choices"] = choices,
        };
        if (usage is not null)
        {
            chunk["usage"] = Usage(usage);
        }

        return stream.SendAsync(null, chunk.ToJsonString(), cancellationToken);
    }
}

internal static class OpenAiRefusal
{
    public static JsonObject For(int status, string message) => new()
    {
        ["error"] = new JsonObject
        {
            ["message"] = message,
            ["type"] = status == 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "server_error",
            ["code"] = status == 429 ? "rate_limit_exceeded" : null,
        },
    };
}
