using System.Text.Json.Nodes;
using Atelier.FakeModelServer.Replies;

namespace Atelier.FakeModelServer.Protocols;

/// <summary>POST /v1/responses (https://platform.openai.com/docs/api-reference/responses).</summary>
internal sealed class OpenAiResponses(TimeProvider time) : IModelProtocol
{
    public string Name => "openai-responses";

    public ModelRequest Read(JsonObject body, HttpRequest request) => new(
        (string?)body["model"] ?? "scripted",
        body["stream"].IsTrue(),
        body["instructions"].Text(),
        body["input"] is JsonValue
            ? [new ModelMessage(MessageKind.Person, body["input"].Text())]
            : [.. body["input"].Items().SelectMany(MessagesOf)],
        [.. body["tools"].Items().Where(tool => tool["name"] is not null).Select(tool =>
            new ModelTool((string)tool["name"]!, tool["parameters"].Schema()))],
        body["text"]?["format"]?["schema"] as JsonObject);

    public IReply Reply(ModelRequest request, HttpResponse response) => request.IsStreamed
        ? new OpenAiResponsesStream(request, time, new EventStream(response))
        : new WholeReply(response, (reply, usage) => Whole(request, reply, usage));

    public JsonObject Refusal(int status, string message) => OpenAiRefusal.For(status, message);

    private static IEnumerable<ModelMessage> MessagesOf(JsonNode item)
    {
        switch ((string?)item["type"] ?? "message")
        {
            case "message" when (string?)item["role"] is "user":
                return item["content"] is JsonValue
                    ? [new ModelMessage(MessageKind.Person, item["content"].Text())]
                    : item["content"].Items().Select(part => new ModelMessage(MessageKind.Person, part["text"].Text()));
            case "message" when (string?)item["role"] is "assistant":
                return [new ModelMessage(MessageKind.Model, item["content"].Text())];
            case "function_call" or "custom_tool_call" or "local_shell_call":
                return [new ModelMessage(MessageKind.ToolCall, item["arguments"].Text())];
            case "function_call_output" or "custom_tool_call_output" or "local_shell_call_output":
                return [new ModelMessage(MessageKind.ToolResult, item["output"].Text())];
            default:
                return [];
        }
    }

    private JsonObject Whole(ModelRequest request, WholeReply reply, TokenUsage usage)
    {
        var output = new JsonArray();
        if (reply.Text.Length > 0)
        {
            output.Add(OpenAiResponsesStream.Message(request, reply.Text));
        }

        foreach (var call in reply.Calls)
        {
            output.Add(OpenAiResponsesStream.Call(call));
        }

        return OpenAiResponsesStream.Response(request, time, "completed", output, usage);
    }
}

/// <summary>A streamed response: output items announced, filled, closed, and all of them again at the end.</summary>
internal sealed class OpenAiResponsesStream(ModelRequest request, TimeProvider time, EventStream stream) : IReply
{
    private readonly JsonArray _output = [];
    private string? _open;
    private string _text = "";
    private int _sequence;

    public static JsonObject Message(ModelRequest request, string text) => new()
    {
        ["id"] = "msg_" + request.AnswerId,
        ["type"] = "message",
        ["role"] = "assistant",
        ["status"] = "completed",
        ["content"] = new JsonArray(new JsonObject
        {
            ["type"] = "output_text",
            ["text"] = text,
            ["annotations"] = new JsonArray(),
        }),
    };

    public static JsonObject Call(ToolCall call) => new()
    {
        ["id"] = "fc_" + call.Id,
        ["type"] = "function_call",
        ["status"] = "completed",
        ["call_id"] = call.Id,
        ["name"] = call.Tool,
        ["arguments"] = call.Text,
    };

    public static JsonObject Response(ModelRequest request, TimeProvider time, string status, JsonArray output, TokenUsage? usage)
    {
        var response = new JsonObject
        {
            ["id"] = "resp_" + request.AnswerId,
            ["object"] = "response",
            ["created_at"] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["status"] = status,
            ["model"] = request.Model,
            ["output"] = output,
            ["usage"] = null,
        };
        if (usage is not null)
        {
            response["usage"] = new JsonObject
            {
                ["input_tokens"] = usage.InputTokens,
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
                ["output_tokens"] = usage.OutputTokens,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
                ["total_tokens"] = usage.InputTokens + usage.OutputTokens,
            };
        }

        return response;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await stream.StartAsync(cancellationToken);
        await SendAsync("response.created", new() { ["response"] = Response(request, time, "in_progress", [], null) }, cancellationToken);
    }

    public async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        if (_open != "message")
        {
            await CloseAsync(cancellationToken);
            await OpenAsync(
                "message",
                new() { ["id"] = "msg_" + request.AnswerId, ["type"] = "message", ["role"] = "assistant", ["content"] = new JsonArray() },
                cancellationToken);
            await SendAsync(
                "response.content_part.added",
                new()
                {
                    ["item_id"] = "msg_" + request.AnswerId,
                    ["output_index"] = _output.Count,
                    ["content_index"] = 0,
                    ["part"] = new JsonObject { ["type"] = "output_text", ["text"] = "", ["annotations"] = new JsonArray() },
                },
                cancellationToken);
        }

        _text += text;
        await SendAsync(
            "response.output_text.delta",
            new() { ["item_id"] = "msg_" + request.AnswerId, ["output_index"] = _output.Count, ["content_index"] = 0, ["delta"] = text },
            cancellationToken);
    }

    public async Task ThinkAsync(string text, CancellationToken cancellationToken)
    {
        if (_open != "reasoning")
        {
            await CloseAsync(cancellationToken);
            await OpenAsync(
                "reasoning",
                new() { ["id"] = "rs_" + request.AnswerId, ["type"] = "reasoning", ["summary"] = new JsonArray() },
                cancellationToken);
            await SendAsync(
                "response.reasoning_summary_part.added",
                new()
                {
                    ["item_id"] = "rs_" + request.AnswerId,
                    ["output_index"] = _output.Count,
                    ["summary_index"] = 0,
                    ["part"] = new JsonObject { ["type"] = "summary_text", ["text"] = "" },
                },
                cancellationToken);
        }

        _text += text;
        await SendAsync(
            "response.reasoning_summary_text.delta",
            new() { ["item_id"] = "rs_" + request.AnswerId, ["output_index"] = _output.Count, ["summary_index"] = 0, ["delta"] = text },
            cancellationToken);
    }

    public async Task CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        await CloseAsync(cancellationToken);
        var started = Call(call);
        started["status"] = "in_progress";
        started["arguments"] = "";
        await OpenAsync("call", started, cancellationToken);
        await SendAsync(
            "response.function_call_arguments.done",
            new()
            {
                ["item_id"] = "fc_" + call.Id,
                ["output_index"] = _output.Count,
                ["arguments"] = call.Text,
            },
            cancellationToken);
        await DoneAsync(Call(call), cancellationToken);
    }

    public async Task FinishAsync(TokenUsage usage, CancellationToken cancellationToken)
    {
        await CloseAsync(cancellationToken);
        await SendAsync(
            "response.completed",
            new() { ["response"] = Response(request, time, "completed", _output, usage) },
            cancellationToken);
    }

    private async Task OpenAsync(string kind, JsonObject item, CancellationToken cancellationToken)
    {
        _open = kind;
        _text = "";
        await SendAsync(
            "response.output_item.added",
            new() { ["output_index"] = _output.Count, ["item"] = item },
            cancellationToken);
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        switch (_open)
        {
            case "message":
                await SendAsync(
                    "response.output_text.done",
                    new() { ["item_id"] = "msg_" + request.AnswerId, ["output_index"] = _output.Count, ["content_index"] = 0, ["text"] = _text },
                    cancellationToken);
                await DoneAsync(Message(request, _text), cancellationToken);
                break;
            case "reasoning":
                await DoneAsync(
                    new()
                    {
                        ["id"] = "rs_" + request.AnswerId,
                        ["type"] = "reasoning",
                        ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = _text }),
                    },
                    cancellationToken);
                break;
        }
    }

    private async Task DoneAsync(JsonObject item, CancellationToken cancellationToken)
    {
        await SendAsync(
            "response.output_item.done",
            new() { ["output_index"] = _output.Count, ["item"] = item.DeepClone() },
            cancellationToken);
        _output.Add((JsonNode)item);
        _open = null;
    }

    private Task SendAsync(string type, JsonObject data, CancellationToken cancellationToken)
    {
        data.Insert(0, "type", type);
        data["sequence_number"] = _sequence++;
        return stream.SendAsync(type, data.ToJsonString(), cancellationToken);
    }
}
