using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Atelier.TestKit.Tests.Models;

/// <summary>What an answer came to: text, thoughts, tool calls, how it ended.</summary>
internal sealed record Answer(string Text, string Thoughts, IReadOnlyList<(string Id, string Tool, string Arguments)> Calls, string Finish);

/// <summary>The least client of each protocol: sends a conversation, streamed or not, and puts the answer together.</summary>
internal abstract class Conversation(HttpClient client, bool streamed)
{
    public static TheoryData<string, bool> All =>
    [
        ("anthropic", true), ("anthropic", false), ("chat", true), ("chat", false),
        ("responses", true), ("responses", false), ("gemini", true), ("gemini", false),
    ];

    protected JsonArray Messages { get; } = [];

    protected bool Streamed => streamed;

    protected abstract string Path { get; }

    public static Conversation With(string protocol, HttpClient client, bool streamed) => protocol switch
    {
        "anthropic" => new AnthropicConversation(client, streamed),
        "chat" => new ChatConversation(client, streamed),
        "responses" => new ResponsesConversation(client, streamed),
        _ => new GeminiConversation(client, streamed),
    };

    public abstract void Person(string text);

    public abstract void Result(string id, string tool, string output);

    public async Task<HttpResponseMessage> PostAsync(bool withTools = true, string? system = null, JsonObject? schema = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(Body(withTools, system, schema)) };
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<Answer> AskAsync(bool withTools = true, string? system = null, JsonObject? schema = null)
    {
        using var response = await PostAsync(withTools, system, schema);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!streamed)
        {
            return Whole(JsonNode.Parse(text)!);
        }

        var data = text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal));
        return Joined([.. data.Select(line => JsonNode.Parse(line["data: ".Length..])!)]);
    }

    protected static JsonObject ShellSchema() => JsonNode.Parse(
        """
        {"type":"object","properties":{"command":{"type":"string"},"description":{"type":"string"},"timeout":{"type":"number"}},
         "required":["command","description"]}
        """)!.AsObject();

    protected abstract JsonObject Body(bool withTools, string? system, JsonObject? schema);

    protected abstract Answer Whole(JsonNode document);

    protected abstract Answer Joined(IReadOnlyList<JsonNode> events);
}

internal sealed class AnthropicConversation(HttpClient client, bool streamed) : Conversation(client, streamed)
{
    protected override string Path => "/v1/messages";

    public override void Person(string text) =>
        Messages.Add(new JsonObject { ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }) });

    public override void Result(string id, string tool, string output)
    {
        Messages.Add(JsonNode.Parse($$$"""{"role":"assistant","content":[{"type":"tool_use","id":"{{{id}}}","name":"{{{tool}}}","input":{}}]}"""));
        Messages.Add(JsonNode.Parse($$$"""{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","content":"{{{output}}}"}]}"""));
    }

    protected override JsonObject Body(bool withTools, string? system, JsonObject? schema) => new()
    {
        ["model"] = "m",
        ["stream"] = Streamed,
        ["system"] = system,
        ["messages"] = Messages.DeepClone(),
        ["tools"] = withTools ? new JsonArray(new JsonObject { ["name"] = "Bash", ["input_schema"] = ShellSchema() }) : null,
        ["output_config"] = schema is null ? null : new JsonObject { ["format"] = new JsonObject { ["schema"] = schema } },
    };

    protected override Answer Whole(JsonNode document)
    {
        var blocks = document["content"]!.AsArray();
        return new Answer(
            string.Concat(blocks.Select(block => (string?)block!["text"])),
            string.Concat(blocks.Select(block => (string?)block!["thinking"])),
            [.. blocks.Where(block => (string?)block!["type"] == "tool_use").Select(block =>
                ((string)block!["id"]!, (string)block["name"]!, block["input"]!.ToJsonString()))],
            (string)document["stop_reason"]!);
    }

    protected override Answer Joined(IReadOnlyList<JsonNode> events)
    {
        var blocks = new JsonArray();
        foreach (var one in events)
        {
            var delta = one["delta"];
            switch ((string)one["type"]!)
            {
                case "content_block_start":
                    Assert.Equal(blocks.Count, (int)one["index"]!);
                    blocks.Add(one["content_block"]!.DeepClone());
                    break;
                case "content_block_delta" when delta!["partial_json"] is { } json:
                    blocks[^1]!["input"] = JsonNode.Parse((string)json!);
                    break;
                case "content_block_delta" when (delta!["text"] ?? delta["thinking"]) is { } text:
                    var field = delta["text"] is null ? "thinking" : "text";
                    blocks[^1]![field] = (string?)blocks[^1]![field] + (string?)text;
                    break;
            }
        }

        Assert.Equal(events.Count(one => (string?)one["type"] == "content_block_stop"), blocks.Count);
        var end = events.Single(one => (string?)one["type"] == "message_delta");
        return Whole(new JsonObject { ["content"] = blocks, ["stop_reason"] = (string)end["delta"]!["stop_reason"]! });
    }
}

internal sealed class ChatConversation(HttpClient client, bool streamed) : Conversation(client, streamed)
{
    protected override string Path => "/v1/chat/completions";

    public override void Person(string text) => Messages.Add(new JsonObject { ["role"] = "user", ["content"] = text });

    public override void Result(string id, string tool, string output)
    {
        Messages.Add(JsonNode.Parse(
            $$$"""{"role":"assistant","content":null,"tool_calls":[{"id":"{{{id}}}","type":"function","function":{"name":"{{{tool}}}","arguments":"{}"}}]}"""));
        Messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = output });
    }

    protected override JsonObject Body(bool withTools, string? system, JsonObject? schema)
    {
        var messages = Messages.DeepClone().AsArray();
        messages.Insert(0, new JsonObject { ["role"] = "system", ["content"] = system ?? "You are an agent." });
        return new JsonObject
        {
            ["model"] = "m",
            ["stream"] = Streamed,
            ["messages"] = messages,
            ["tools"] = withTools
                ? new JsonArray(new JsonObject
                {
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = "bash", ["parameters"] = ShellSchema() },
                })
                : null,
            ["response_format"] = schema is null ? null : new JsonObject { ["json_schema"] = new JsonObject { ["schema"] = schema } },
        };
    }

    protected override Answer Whole(JsonNode document)
    {
        var choice = document["choices"]!.AsArray().Single()!;
        return Of(choice["message"]!, (string)choice["finish_reason"]!);
    }

    protected override Answer Joined(IReadOnlyList<JsonNode> events)
    {
        var choices = events.SelectMany(chunk => chunk["choices"]!.AsArray()).ToList();
        var deltas = choices.Select(choice => choice!["delta"]!).ToList();
        var message = new JsonObject
        {
            ["content"] = string.Concat(deltas.Select(delta => (string?)delta["content"])),
            ["reasoning_content"] = string.Concat(deltas.Select(delta => (string?)delta["reasoning_content"])),
            ["tool_calls"] = new JsonArray([.. deltas.SelectMany(delta =>
                delta["tool_calls"]?.AsArray().Select(call => call!.DeepClone()) ?? [])]),
        };
        Assert.NotNull(events[^1]["usage"]);
        return Of(message, choices.Select(choice => (string?)choice!["finish_reason"]).Single(reason => reason is not null)!);
    }

    private static Answer Of(JsonNode message, string finish) => new(
        (string?)message["content"] ?? "",
        (string?)message["reasoning_content"] ?? "",
        [.. message["tool_calls"]?.AsArray().Select(call =>
            ((string)call!["id"]!, (string)call["function"]!["name"]!, (string)call["function"]!["arguments"]!)) ?? []],
        finish);
}

internal sealed class ResponsesConversation(HttpClient client, bool streamed) : Conversation(client, streamed)
{
    protected override string Path => "/v1/responses";

    public override void Person(string text) => Messages.Add(JsonNode.Parse(
        $$$"""{"type":"message","role":"user","content":[{"type":"input_text","text":{{{JsonValue.Create(text).ToJsonString()}}}}]}"""));

    public override void Result(string id, string tool, string output)
    {
        Messages.Add(JsonNode.Parse($$$"""{"type":"function_call","call_id":"{{{id}}}","name":"{{{tool}}}","arguments":"{}"}"""));
        Messages.Add(JsonNode.Parse($$$"""{"type":"function_call_output","call_id":"{{{id}}}","output":"{{{output}}}"}"""));
    }

    protected override JsonObject Body(bool withTools, string? system, JsonObject? schema) => new()
    {
        ["model"] = "m",
        ["stream"] = Streamed,
        ["instructions"] = system,
        ["input"] = Messages.DeepClone(),
        ["tools"] = withTools
            ? new JsonArray(new JsonObject { ["type"] = "function", ["name"] = "shell", ["parameters"] = ShellSchema() })
            : null,
        ["text"] = schema is null ? null : new JsonObject { ["format"] = new JsonObject { ["schema"] = schema } },
    };

    protected override Answer Whole(JsonNode document)
    {
        var output = document["output"]!.AsArray();
        return new Answer(
            string.Concat(output.Where(item => (string?)item!["type"] == "message").Select(item =>
                (string?)item!["content"]![0]!["text"])),
            string.Concat(output.Where(item => (string?)item!["type"] == "reasoning").Select(item =>
                (string?)item!["summary"]![0]!["text"])),
            [.. output.Where(item => (string?)item!["type"] == "function_call").Select(item =>
                ((string)item!["call_id"]!, (string)item["name"]!, (string)item["arguments"]!))],
            (string)document["status"]!);
    }

    protected override Answer Joined(IReadOnlyList<JsonNode> events)
    {
        var answer = Whole(events.Single(one => (string?)one["type"] == "response.completed")["response"]!);
        var said = events.Where(one => (string?)one["type"] == "response.output_text.delta").Select(one => (string?)one["delta"]);
        Assert.Equal(answer.Text, string.Concat(said));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(one => (int)one["sequence_number"]!));
        return answer;
    }
}

internal sealed class GeminiConversation(HttpClient client, bool streamed) : Conversation(client, streamed)
{
    protected override string Path =>
        "/v1beta/models/gemini-2.5-pro:" + (Streamed ? "streamGenerateContent?alt=sse" : "generateContent");

    public override void Person(string text) => Messages.Add(
        new JsonObject { ["role"] = "user", ["parts"] = new JsonArray(new JsonObject { ["text"] = text }) });

    public override void Result(string id, string tool, string output)
    {
        Messages.Add(JsonNode.Parse($$$$"""{"role":"model","parts":[{"functionCall":{"id":"{{{{id}}}}","name":"{{{{tool}}}}","args":{}}}]}"""));
        Messages.Add(JsonNode.Parse(
            $$$$"""{"role":"user","parts":[{"functionResponse":{"id":"{{{{id}}}}","name":"{{{{tool}}}}","response":{"output":"{{{{output}}}}"}}}]}"""));
    }

    protected override JsonObject Body(bool withTools, string? system, JsonObject? schema) => new()
    {
        ["systemInstruction"] = new JsonObject { ["parts"] = new JsonArray(new JsonObject { ["text"] = system ?? "" }) },
        ["contents"] = Messages.DeepClone(),
        ["tools"] = withTools
            ? new JsonArray(new JsonObject
            {
                ["functionDeclarations"] = new JsonArray(new JsonObject
                {
                    ["name"] = "run_shell_command",
                    ["parametersJsonSchema"] = ShellSchema(),
                }),
            })
            : null,
        ["generationConfig"] = new JsonObject { ["responseJsonSchema"] = schema },
    };

    protected override Answer Whole(JsonNode document) => Joined([document]);

    protected override Answer Joined(IReadOnlyList<JsonNode> events)
    {
        var candidates = events.Select(chunk => chunk["candidates"]![0]!).ToList();
        var parts = candidates.SelectMany(candidate => candidate["content"]!["parts"]!.AsArray()).ToList();
        return new Answer(
            string.Concat(parts.Where(part => part!["thought"] is null).Select(part => (string?)part!["text"])),
            string.Concat(parts.Where(part => part!["thought"] is not null).Select(part => (string?)part!["text"])),
            [.. parts.Select(part => part!["functionCall"]).Where(call => call is not null).Select(call =>
                ((string)call!["id"]!, (string)call["name"]!, call["args"]!.ToJsonString()))],
            (string)candidates[^1]["finishReason"]!);
    }
}
