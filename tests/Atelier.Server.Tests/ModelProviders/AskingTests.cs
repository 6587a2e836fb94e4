using System.Net;
using System.Text.Json;
using Atelier.Server.ModelProviders.Asking;

namespace Atelier.Server.Tests.ModelProviders;

/// <summary>What endpoints say, as it is understood; without a network.</summary>
public sealed class AskingTests
{
    [Fact]
    public void Calls_of_servers_that_leave_out_what_they_like_are_put_together()
    {
        var answer = new AnswerBuilder();
        var dialect = new OpenAiDialect();

        string[] events =
        [
            """{"choices":[{"delta":{"role":"assistant","content":null,"reasoning_content":"Hm."}}]}""",
            """{"choices":[{"delta":{"content":"I read."}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"read","arguments":""}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{\"path\":"}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"function":{"name":"read","arguments":"\"x\"}"}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"list"}}]},"finish_reason":"stop"}]}""",
            """{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}""",
        ];
        var pieces = events.Select(one => dialect.Take(answer, JsonElement.Parse(one))).OfType<ModelPiece>().ToList();
        var built = answer.Build();

        Assert.Equal([new ModelPiece.Thought("Hm."), new ModelPiece.Said("I read.")], pieces);
        Assert.Equal(
            [new AnswerPart.Thought("Hm.", null), new AnswerPart.Text("I read."), new AnswerPart.Call("a", "read", """{"path":"x"}"""), new AnswerPart.Call("b", "list", "{}")], built.Parts);
        Assert.Equal(("tool_use", 7, 3), (built.StopReason, built.InputTokens, built.OutputTokens));
    }

    [Fact]
    public void Signed_thoughts_go_back_as_they_came()
    {
        var answer = new AnswerBuilder();
        var dialect = new AnthropicDialect();
        string[] events =
        [
            """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me see."}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s1"}}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"xyz"}}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}""",
        ];
        foreach (var one in events)
        {
            dialect.Take(answer, JsonElement.Parse(one));
        }

        var kept = JsonSerializer.Deserialize<IReadOnlyList<AnswerPart>>(JsonSerializer.Serialize(answer.Build().Parts)) ?? [];
        var body = dialect.Body(
            new(new("mpr_a"), "a", Server.ModelProviders.ModelProviderKind.Anthropic, "http://x", "m", null, 100_000, 1_000, IsDefault: true),
            new ModelPrompt("System", [new ModelMessage.Model(kept)], []));

        Assert.Equal(
            """[{"type":"thinking","thinking":"Let me see.","signature":"s1"},{"type":"redacted_thinking","data":"xyz"}]""",
            body["messages"]?[0]?["content"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"a":"b\\u0000"}""", """{"a":"b\\u0000"}""")]
    [InlineData("""{"a":"b\u0000\ud83d\ude00\ud83d"}""", """{"a":"b\ufffd\ud83d\ude00\ufffd"}""")]
    [InlineData("""{"a":"\ude00\u""", """{"a":"\ufffd\u""")]
    public void Arguments_are_without_what_no_row_keeps(string said, string kept) => Assert.Equal(kept, CallArguments.Kept(said));

    [Theory]
    [InlineData(400, """{"error":{"message":"prompt is too long: 200001 tokens > 200000 maximum"}}""", "TooLong")]
    [InlineData(400, """{"error":{"message":"This model's maximum context length is 8192 tokens.","code":"context_length_exceeded"}}""", "TooLong")]
    [InlineData(413, "", "TooLong")]
    [InlineData(400, """{"error":{"message":"max_tokens is wrong"}}""", "Lasting")]
    [InlineData(401, """{"error":{"message":"invalid x-api-key"}}""", "Lasting")]
    [InlineData(404, "<html>nothing here</html>", "Lasting")]
    [InlineData(429, """{"error":"slow down"}""", "Passing")]
    [InlineData(529, """{"error":{"message":"Overloaded"}}""", "Passing")]
    [InlineData(503, "", "Passing")]
    public void A_refusal_means_what_it_means(int status, string body, string kind) =>
        Assert.Equal(kind, ModelRefusals.Of((HttpStatusCode)status, body, retryAfter: null).Kind.ToString());
}
