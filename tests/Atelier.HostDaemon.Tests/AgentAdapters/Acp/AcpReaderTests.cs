using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Atelier.HostDaemon.AgentAdapters.Acp;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.Tests.AgentAdapters.Acp;

/// <summary>What a program says, and what is told of it: golden lines.</summary>
public sealed class AcpReaderTests
{
    private static readonly HostJson s_json = new(new JsonSerializerOptions(HostJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    [Theory]
    [Trait("rule", "AL8")]
    // initialize
    [InlineData(
        """{"jsonrpc":"2.0","id":17,"result":{"protocolVersion":1,"agentInfo":{"name":"a","version":"2"},"agentCapabilities":{"loadSession":true,"sessionCapabilities":{"resume":{},"close":null},"promptCapabilities":{"image":true,"embeddedContext":false},"mcpCapabilities":{"http":true}},"authMethods":[{"id":"key","name":"Key"}],"future":1}}""",
        """{"kind":"opened","sequence":1,"program":{"name":"a","version":"2","loads":true,"resumes":true,"closes":false,"takesImages":true,"takesResources":false,"mcpHttp":true,"loginMethods":[{"id":"key","name":"Key"}]}}""")]
    [InlineData(
        """{"id":17,"result":null}""",
        """{"kind":"opened","sequence":1,"program":{"loads":false,"resumes":false,"closes":false,"takesImages":false,"takesResources":false,"mcpHttp":false}}""")]
    [InlineData(
        """{"jsonrpc":"2.0","id":17,"result":{"protocolVersion":2}}""",
        """{"kind":"failed","sequence":1,"code":-32600,"message":"The program speaks version 2 of the Agent Client Protocol; Atelier speaks version 1.","details":{"protocolVersion":2}}""")]
    // session/new, load, resume
    [InlineData(
        """{"jsonrpc":"2.0","id":35,"result":{"sessionId":"s1","modes":{"currentModeId":"m","availableModes":[]},"configOptions":[],"_meta":{}}}""",
        """{"kind":"thread-opened","sequence":2,"thread":"s1","modes":{"currentModeId":"m","availableModes":[]},"options":[]}""")]
    [InlineData(
        """{"jsonrpc":"2.0","id":35,"result":{}}""",
        """{"kind":"failed","sequence":2,"code":-32603,"message":"The program began a conversation without giving its id.","details":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":36,"result":null}""", """{"kind":"thread-opened","sequence":2}""")]
    [InlineData("""{"jsonrpc":"2.0","id":37,"result":{"modes":null}}""", """{"kind":"thread-opened","sequence":2}""")]
    // session/prompt
    [InlineData(
        """{"jsonrpc":"2.0","id":55,"result":{"stopReason":"end_turn","usage":{"totalTokens":3}}}""",
        """{"kind":"turn-ended","sequence":3,"reason":"end_turn","usage":{"totalTokens":3}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"55","result":{"stopReason":"its_own"}}""", """{"kind":"turn-ended","sequence":3,"reason":"its_own"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":55,"result":{}}""", """{"kind":"turn-ended","sequence":3,"reason":"end_turn"}""")]
    // the others
    [InlineData("""{"jsonrpc":"2.0","id":18}""", """{"kind":"succeeded","sequence":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":22,"result":{}}""", """{"kind":"succeeded","sequence":1,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":24,"result":{},"error":null}""", """{"kind":"succeeded","sequence":1,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":25,"result":{"configOptions":[]}}""", """{"kind":"succeeded","sequence":1,"result":{"configOptions":[]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":27,"result":null}""", """{"kind":"succeeded","sequence":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":28,"result":{}}""", """{"kind":"succeeded","sequence":1,"result":{}}""")]
    // session/list
    [InlineData(
        """{"jsonrpc":"2.0","id":26,"result":{"sessions":[{"sessionId":"s1","cwd":"/w","title":null,"updatedAt":"now"},{"sessionId":7},null,{"sessionId":"s2","title":"T"}],"nextCursor":"n"}}""",
        """{"kind":"threads-listed","sequence":1,"threads":[{"thread":"s1","directory":"/w","updatedAt":"now"},{"thread":"s2","title":"T"}],"cursor":"n"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":26,"result":null}""", """{"kind":"threads-listed","sequence":1,"threads":[]}""")]
    [InlineData(
        """{"jsonrpc":"2.0","id":17,"result":{"agentCapabilities":{"mcpCapabilities":{"sse":true},"sessionCapabilities":{"list":{},"delete":{},"close":{}},"auth":{"logout":{}}}}}""",
        """{"kind":"opened","sequence":1,"program":{"loads":false,"resumes":false,"closes":true,"takesImages":false,"takesResources":false,"mcpHttp":false,"mcpSse":true,"lists":true,"deletes":true,"logsOut":true}}""")]
    // errors
    [InlineData(
        """{"jsonrpc":"2.0","id":55,"error":{"code":-32000,"message":"Log in","data":{"why":1}}}""",
        """{"kind":"failed","sequence":3,"code":-32000,"message":"Log in","details":{"why":1}}""")]
    [InlineData("""{"id":55,"error":"boom"}""", """{"kind":"failed","sequence":3,"code":-32603,"message":"boom"}""")]
    [InlineData("""{"id":55,"error":{"code":"x","message":7,"data":null}}""", """{"kind":"failed","sequence":3,"code":-32603,"message":"An error without an explanation."}""")]
    public void An_answer_is_told_with_the_command_that_it_is_for(string line, string expected) => Assert.Equal(expected, Read(line));

    [Theory]
    [Trait("rule", "AL8")]
    [InlineData("""{"jsonrpc":"2.0","id":16,"result":{}}""")]        // no kind
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""")]         // no sequence
    [InlineData("""{"jsonrpc":"2.0","id":31,"result":{}}""")]        // a kind of the future
    [InlineData("""{"jsonrpc":"2.0","id":-17,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":17.5,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":99999999999999999999,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"x","error":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"result":{}}""")]
    public void An_answer_that_is_for_nothing_of_ours_is_told_as_it_came(string line) =>
        Assert.Equal($$"""{"kind":"said","event":"other","payload":{{line}}}""", Read(line));

    [Theory]
    [InlineData("""{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"Hi"}}""", "agent-message", """{"content":{"type":"text","text":"Hi"}}""")]
    [InlineData("""{"sessionUpdate":"agent_message_chunk","messageId":"m","content":{"type":"image","data":""},"_meta":{"k":1}}""", "agent-message", """{"messageId":"m","content":{"type":"image","data":""},"_meta":{"k":1}}""")]
    [InlineData("""{"sessionUpdate":"agent_thought_chunk","content":{}}""", "agent-thought", """{"content":{}}""")]
    [InlineData("""{"content":{},"sessionUpdate":"user_message_chunk"}""", "user-message", """{"content":{}}""")]
    [InlineData("""{"sessionUpdate":"tool_call","toolCallId":"t","title":"Read","kind":"read","status":null,"locations":[{"path":"/a","line":null}]}""", "tool-call", """{"toolCallId":"t","title":"Read","kind":"read","locations":[{"path":"/a","line":null}]}""")]
    [InlineData("""{"sessionUpdate":"tool_call_update","toolCallId":"never-begun","rawOutput":[1e999]}""", "tool-call", """{"toolCallId":"never-begun","rawOutput":[1e999]}""")]
    [InlineData("""{"sessionUpdate":"tool_call_update","toolCallId":"t","_meta":{"terminal_output":{"terminal_id":"x","data":"before it is made"}}}""", "tool-call", """{"toolCallId":"t","_meta":{"terminal_output":{"terminal_id":"x","data":"before it is made"}}}""")]
    [InlineData("""{"sessionUpdate":"plan","entries":[]}""", "plan", """{"entries":[]}""")]
    [InlineData("""{"sessionUpdate":"available_commands_update","availableCommands":[]}""", "commands", """{"availableCommands":[]}""")]
    [InlineData("""{"sessionUpdate":"current_mode_update","currentModeId":"https://m"}""", "mode", """{"currentModeId":"https://m"}""")]
    [InlineData("""{"sessionUpdate":"config_option_update","configOptions":[]}""", "options", """{"configOptions":[]}""")]
    [InlineData("""{"sessionUpdate":"session_info_update","title":null}""", "title", """{"title":null}""")]
    [InlineData("""{"sessionUpdate":"usage_update","used":1,"size":2}""", "usage", """{"used":1,"size":2}""")]
    [Trait("behaviour", "126")]
    [Trait("behaviour", "127")]
    [Trait("behaviour", "128")]
    [Trait("behaviour", "134")]
    public void An_update_is_told_under_its_event(string update, string name, string payload) =>
        Assert.Equal($$"""{"kind":"said","thread":"s1","event":"{{name}}","payload":{{payload}}}""", ReadUpdate(update));

    [Theory]
    [Trait("rule", "AL11")]
    [InlineData("""{"sessionUpdate":"notice","text":"new"}""")]
    [InlineData("""{"sessionUpdate":7}""")]
    [InlineData("""{}""")]
    [InlineData("""{"sessionUpdate":"agent_message_chunk","content":"bare"}""")]
    [InlineData("""{"sessionUpdate":"tool_call","title":"no id"}""")]
    [InlineData("""{"sessionUpdate":"plan","entries":null}""")]
    [InlineData("""{"sessionUpdate":"current_mode_update"}""")]
    [InlineData("""{"sessionUpdate":"usage_update","used":"1","size":2}""")]
    public void An_update_that_is_unknown_or_lacks_something_is_told_raw(string update) =>
        Assert.Equal($$"""{"kind":"said","thread":"s1","event":"other","payload":{{update}}}""", ReadUpdate(update));

    [Fact]
    [Trait("rule", "AL28")]
    public void What_was_done_at_an_address_is_told_with_the_name_of_its_question() => Assert.Equal(
        """{"kind":"question-over","question":"e1"}""", Read("""{"jsonrpc":"2.0","method":"elicitation/complete","params":{"elicitationId":"e1"}}"""));

    [Theory]
    [Trait("rule", "AL11")]
    [InlineData("""{"jsonrpc":"2.0","method":"_auth/status_update","params":{"sessionId":"s1"}}""", "\"thread\":\"s1\",")]
    [InlineData("""{"jsonrpc":"2.0","method":"elicitation/complete"}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":7,"update":[]}}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"session/update","params":[]}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancel_request","params":{"requestId":{}}}""", "")]
    public void An_unknown_notification_is_told_as_it_came(string line, string thread) =>
        Assert.Equal($$"""{"kind":"said",{{thread}}"event":"other","payload":{{line}}}""", Read(line));

    [Theory]
    [Trait("rule", "AL10")]
    [InlineData("session/request_permission", "permission")]
    [InlineData("elicitation/create", "question")]
    [InlineData("fs/read_text_file", "read-file")]
    [InlineData("fs/write_text_file", "write-file")]
    [InlineData("terminal/create", "terminal-create")]
    [InlineData("terminal/output", "terminal-output")]
    [InlineData("terminal/wait_for_exit", "terminal-wait-for-exit")]
    [InlineData("terminal/kill", "terminal-kill")]
    [InlineData("terminal/release", "terminal-release")]
    [InlineData("_vendor/ask", "_vendor/ask")]
    public void A_request_is_told_as_a_question(string method, string what) => Assert.Equal(
        $$$$"""{"kind":"asked","requestId":"0","thread":"s1","what":"{{{{what}}}}","payload":{"sessionId":"s1","_meta":{}}}""",
        Read($$$$"""{"jsonrpc":"2.0","id":0,"method":"{{{{method}}}}","params":{"sessionId":"s1","_meta":{}}}"""));

    [Theory]
    [Trait("rule", "AL10")]
    [InlineData("7")]
    [InlineData("\"seven\"")]
    [InlineData("null")]
    [InlineData("\"\\u00e9\"")]
    public void The_id_of_a_question_is_kept_as_it_was_written(string id)
    {
        Assert.Equal(id, Assert.IsType<AgentNotice.Asked>(Notice($$"""{"id":{{id}},"method":"x"}""")).RequestId);
        Assert.Equal(new AgentNotice.Withdrew(id), Notice($$$"""{"method":"$/cancel_request","params":{"requestId":{{{id}}}}}"""));
    }

    [Theory]
    [Trait("rule", "AL11")]
    [InlineData("Warning: something is deprecated")]
    [InlineData("{\"jsonrpc\":\"2.0\",")]
    [InlineData("{} {}")]
    [InlineData("{}")]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"method\":\"x\"}]")]
    [InlineData("42")]
    [InlineData("null")]
    [InlineData("{\"method\":7}")]
    [InlineData("{\"id\":{},\"method\":\"x\"}")]
    public void What_is_no_message_is_told_as_noise(string line) => Assert.Equal(line, NoiseOf(Notice(line)));

    [Theory]
    [InlineData("")]
    [InlineData(" \t\r")]
    public void A_blank_line_says_nothing(string line) => Assert.Null(AcpReader.Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    [Trait("rule", "AL11")]
    public void Noise_is_cut_and_is_text_whatever_it_was()
    {
        Assert.Equal(4 << 10, NoiseOf(AcpReader.Read(Encoding.UTF8.GetBytes(new string('x', 100_000)))).Length);
        Assert.Equal("a\ufffdb\ufffd", NoiseOf(AcpReader.Read([(byte)'a', 0xff, (byte)'b', 0, (byte)'\r'])));
    }

    [Fact]
    [Trait("rule", "AL11")]
    public void Nesting_is_read_to_a_depth_that_the_link_still_carries()
    {
        Assert.IsType<AgentNotice.Asked>(Notice(Nested(AcpLine.MaxDepth - 1)));
        Assert.Equal("noise", Assert.IsType<AgentNotice.Said>(Notice(Nested(AcpLine.MaxDepth))).Event);
        Assert.Equal("noise", Assert.IsType<AgentNotice.Said>(Notice(Nested(100_000))).Event);

        static string Nested(int depth) => $$"""{"id":1,"method":"x","params":{{new string('[', depth)}}{{new string(']', depth)}}}""";
    }

    [Theory]
    [Trait("rule", "AL11")]
    [InlineData("""{"a":1,"a":{"b":1,"b":2},"c":3}""", """{"a":{"b":2},"c":3}""")]
    [InlineData("""{"a":"\ud800","b":"\ude00\ud83d\ude00","c":"\ud83d\ude00","d":"\\ud800\u0000\\\u0000"}""", """{"a":"\ufffd","b":"\ufffd\ud83d\ude00","c":"\ud83d\ude00","d":"\\ud800\ufffd\\\ufffd"}""")]
    [InlineData("""{"\udfff":1,"\udffe":2}""", """{"\ufffd":2}""")]
    [InlineData("""{"a":"\uD8"}""", null)]
    [InlineData("""{"a":"\""", null)]
    public void What_no_database_keeps_is_made_into_what_one_does(string parameters, string? expected)
    {
        var notice = Notice($$"""{"id":1,"method":"x","params":{{parameters}}}""");

        Assert.True(expected is null
            ? notice is AgentNotice.Said { Event: "noise" }
            : JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, Assert.IsType<AgentNotice.Asked>(notice).Payload));
    }

    [Fact]
    public void A_message_that_is_not_UTF_8_is_read_with_what_can_be_read()
    {
        byte[] line = [.. "{\"id\":1,\"method\":\"x\",\"params\":{\"a\":\""u8, 0xc3, (byte)'x', .. "\"}}"u8];

        Assert.Equal("\ufffdx", Assert.IsType<AgentNotice.Asked>(AcpReader.Read(line)).Payload.GetProperty("a").GetString());
    }

    [Fact]
    public void A_huge_message_is_a_message()
    {
        var text = new string('x', 8 << 20);

        var said = Assert.IsType<AgentNotice.Said>(Notice(
            $$$$$"""{"method":"session/update","params":{"sessionId":"s","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"{{{{{text}}}}}"}}}}"""));

        Assert.Equal(text, said.Payload.GetProperty("content").GetProperty("text").GetString());
    }

    [Fact]
    [Trait("kind", "random")]
    public void No_line_whatsoever_is_an_exception()
    {
        const int seed = 20261128;
        var random = new Random(seed);
        string[] lines =
        [
            """{"jsonrpc":"2.0","id":17,"result":{"protocolVersion":1,"agentCapabilities":{"sessionCapabilities":{"resume":{}}},"authMethods":[]}}""",
            """{"method":"session/update","params":{"sessionId":"s\ud83d","update":{"sessionUpdate":"tool_call","toolCallId":"t","toolCallId":"u"}}}""",
            """{"id":"q","method":"session/request_permission","params":{"sessionId":"s","options":[{"optionId":"o"}]}}""",
            """{"id":55,"error":{"code":-1,"message":"m\u0000","data":[1,2,{"a":null}]}}""",
        ];
        for (var round = 0; round < 20_000; round++)
        {
            var line = Encoding.UTF8.GetBytes(lines[random.Next(lines.Length)]);
            for (var change = random.Next(4); change >= 0; change--)
            {
                line[random.Next(line.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : line[random.Next(line.Length)];
            }

            var notice = AcpReader.Read(line);

            Assert.True(notice is null || JsonSerializer.Serialize(notice, HostJson.Default.AgentNotice).Length > 0);
        }
    }

    private static AgentNotice Notice(string line) => AcpReader.Read(Encoding.UTF8.GetBytes(line)) ?? throw new InvalidOperationException("Nothing was said.");

    private static string Read(string line) => JsonSerializer.Serialize(Notice(line), s_json.AgentNotice);

    private static string ReadUpdate(string update) =>
        Read($$$"""{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1","update":{{{update}}}}}""");

    private static string NoiseOf(AgentNotice? notice)
    {
        var said = Assert.IsType<AgentNotice.Said>(notice);
        Assert.Equal("noise", said.Event);
        return said.Payload.GetProperty("text").GetString() ?? "";
    }
}
