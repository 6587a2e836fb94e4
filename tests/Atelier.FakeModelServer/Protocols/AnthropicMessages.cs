using System.Text.Json.Nodes;
using Atelier.FakeModelServer.Replies;

namespace Atelier.FakeModelServer.Protocols;

/// <summary>POST /v1/messages (https://docs.anthropic.com/en/api/messages).</summary>
internal sealed class AnthropicMessages : IModelProtocol
{
    public string Name => "anthropic-messages";

    public ModelRequest Read(JsonObject body, HttpRequest request) => new(
        (string?)body["model"] ?? "scripted",
        body["stream"].IsTrue(),
        body["system"].Text(),
        [.. body["messages"].Items().Where(message => (string?)message["role"] != "system").SelectMany(MessagesOf)],
        [.. body["tools"].Items().Select(tool => new ModelTool((string?)tool["name"] ?? "", tool["input_schema"].Schema()))],
        (body["output_config"]?["format"] ?? body["output_format"])?["schema"] as JsonObject);

    public IReply Reply(ModelRequest request, HttpResponse response) => request.IsStreamed
        ? new AnthropicStream(request, new EventStream(response))
        : new WholeReply(response, (reply, usage) => Whole(request, reply, usage));

    public JsonObject Refusal(int status, string message) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject
        {
            ["type"] = status switch
            {
                401 => "authentication_error",
                429 => "rate_limit_error",
                529 => "overloaded_error",
                < 500 => "invalid_request_error",
                _ => "api_error",
            },
            ["message"] = message,
        },
    };

    private static IEnumerable<ModelMessage> MessagesOf(JsonNode message)
    {
        var isPerson = (string?)message["role"] == "user";
        if (message["content"] is JsonValue)
        {
            return [new ModelMessage(isPerson ? MessageKind.Person : MessageKind.Model, message["content"].Text())];
        }

        return message["content"].Items().Select(block => (string?)block["type"] switch
        {
            "tool_use" => new ModelMessage(MessageKind.ToolCall, block["input"]?.ToJsonString() ?? ""),
            "tool_result" => new ModelMessage(MessageKind.ToolResult, block["content"].Text()),
            "text" when isPerson => new ModelMessage(MessageKind.Person, block["text"].Text()),
            "text" => new ModelMessage(MessageKind.Model, block["text"].Text()),
            _ => null,
        }).OfType<ModelMessage>();
    }

    private static JsonObject Whole(ModelRequest request, WholeReply reply, TokenUsage usage)
    {
        var content = new JsonArray();
        if (reply.Thoughts.Length > 0)
        {
            content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = reply.Thoughts, ["signature"] = "scripted" });
        }

        if (reply.Text.Length > 0)
        {
            content.Add(new JsonObject { ["type"] = "text", ["text"] = reply.Text });
        }

        foreach (var call in reply.Calls)
        {
            content.Add(new JsonObject
            {
                ["type"] = "tool_use",
                ["id"] = call.Id,
                ["name"] = call.Tool,
                ["input"] = call.Arguments.DeepClone(),
            });
        }

        var message = AnthropicStream.EmptyMessage(request, usage.InputTokens);
        message["content"] = content;
        message["stop_reason"] = reply.Calls.Count > 0 ? "tool_use" : "end_turn";
        message["usage"]!["output_tokens"] = usage.OutputTokens;
        return message;
    }
}

/// <summary>A streamed message: blocks opened, filled and closed one after the other.</summary>
internal sealed class AnthropicStream(ModelRequest request, EventStream stream) : IReply
{
    private int _block = -1;
    private string? _open;
    private bool _calledTool;

    public static JsonObject EmptyMessage(ModelRequest request, int inputTokens) => new()
    {
        ["id"] = "msg_" + request.AnswerId,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = request.Model,
        ["content"] = new JsonArray(),
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject
        {
            ["input_tokens"] = inputTokens,
            ["output_tokens"] = 0,
            ["cache_creation_input_tokens"] = 0,
            ["cache_read_input_tokens"] = 0,
        },
    };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await stream.StartAsync(cancellationToken);
        await SendAsync("message_start", new() { ["message"] = EmptyMessage(request, request.InputTokens) }, cancellationToken);
        await SendAsync("ping", [], cancellationToken);
    }

    public async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        await OpenAsync("text", new() { ["type"] = "text", ["text"] = "" }, cancellationToken);
        await DeltaAsync(new() { ["type"] = "text_delta", ["text"] = text }, cancellationToken);
    }

    public async Task ThinkAsync(string text, CancellationToken cancellationToken)
    {
        await OpenAsync("thinking", new() { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" }, cancellationToken);
        await DeltaAsync(new() { ["type"] = "thinking_delta", ["thinking"] = text }, cancellationToken);
    }

    public async Task CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        await CloseAsync(cancellationToken);
        _calledTool = true;
        await OpenAsync(
            "tool_use",
            new() { ["type"] = "tool_use", ["id"] = call.Id, ["name"] = call.Tool, ["input"] = new JsonObject() },
            cancellationToken);
        await DeltaAsync(
            new() { ["type"] = "input_json_delta", ["partial_json"] = call.Text },
            cancellationToken);
        await CloseAsync(cancellationToken);
    }

    public async Task FinishAsync(TokenUsage usage, CancellationToken cancellationToken)
    {
        await CloseAsync(cancellationToken);
        await SendAsync(
            "message_delta",
            new()
            {
                ["delta"] = new JsonObject
                {
                    ["stop_reason"] = _calledTool ? "tool_use" : "end_turn",
                    ["stop_sequence"] = null,
                },
                ["usage"] = new JsonObject { ["input_tokens"] = usage.InputTokens, ["output_tokens"] = usage.OutputTokens },
            },
            cancellationToken);
        await SendAsync("message_stop", [], cancellationToken);
    }

    private async Task OpenAsync(string kind, JsonObject block, CancellationToken cancellationToken)
    {
        if (_open == kind)
        {
            return;
        }

        await CloseAsync(cancellationToken);
        _open = kind;
        _block++;
        await SendAsync("content_block_start", new() { ["index"] = _block, ["content_block"] = block }, cancellationToken);
    }

    private Task DeltaAsync(JsonObject delta, CancellationToken cancellationToken) =>
        SendAsync("content_block_delta", new() { ["index"] = _block, ["delta"] = delta }, cancellationToken);

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (_open is null)
        {
            return;
        }

        if (_open == "thinking")
        {
            await DeltaAsync(new() { ["type"] = "signature_delta", ["signature"] = "scripted" }, cancellationToken);
        }

        _open = null;
        await SendAsync("content_block_stop", new() { ["index"] = _block }, cancellationToken);
    }

    private Task SendAsync(string type, JsonObject data, CancellationToken cancellationToken)
    {
        data.Insert(0, "type", type);
        return stream.SendAsync(type, data.ToJsonString(), cancellationToken);
    }
}
