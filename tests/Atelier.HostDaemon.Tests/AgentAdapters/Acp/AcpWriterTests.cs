using System.Text;
using System.Text.Json;
using Atelier.HostDaemon.AgentAdapters.Acp;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Tests.AgentAdapters.Acp;

public sealed class AcpWriterTests(AcpOracle oracle) : IClassFixture<AcpOracle>
{
    private static readonly AgentPlace s_place = new("/w", Json("""[{"name":"tools","command":"/bin/tools","args":["-x"],"env":[]}]"""));

    private static readonly Dictionary<string, string> s_context = new() { ["agent"] = "agt_1", ["turn"] = "turn_1" };

    public static TheoryData<int, string, string?> Commands => new()
    {
        {
            Add(new AgentCommand.Open("1.2.3")),
            """{"jsonrpc":"2.0","id":113,"method":"initialize","params":{"protocolVersion":1,"clientCapabilities":{"fs":{"readTextFile":true,"writeTextFile":true},"terminal":true,"session":{"configOptions":{"boolean":{}}},"auth":{"terminal":true},"elicitation":{"form":{},"url":{}},"_meta":{"terminal-auth":true,"terminal_output":true}},"clientInfo":{"name":"atelier","title":"Atelier","version":"1.2.3"}}}""",
            null
        },
        { Add(new AgentCommand.Authenticate("key")), """{"jsonrpc":"2.0","id":114,"method":"authenticate","params":{"methodId":"key"}}""", null },
        { Add(new AgentCommand.NewThread(new AgentPlace("/w"))), """{"jsonrpc":"2.0","id":115,"method":"session/new","params":{"cwd":"/w","mcpServers":[]}}""", null },
        {
            Add(new AgentCommand.LoadThread("s1", s_place)),
            """{"jsonrpc":"2.0","id":116,"method":"session/load","params":{"sessionId":"s1","cwd":"/w","mcpServers":[{"name":"tools","command":"/bin/tools","args":["-x"],"env":[]}]}}""",
            null
        },
        {
            Add(new AgentCommand.ResumeThread("s1", new AgentPlace("/w"))),
            """{"jsonrpc":"2.0","id":117,"method":"session/resume","params":{"sessionId":"s1","cwd":"/w","mcpServers":[]}}""",
            null
        },
        { Add(new AgentCommand.CloseThread("s1")), """{"jsonrpc":"2.0","id":118,"method":"session/close","params":{"sessionId":"s1"}}""", null },
        { Add(new AgentCommand.ListThreads(Cursor: null)), """{"jsonrpc":"2.0","id":122,"method":"session/list","params":{}}""", null },
        { Add(new AgentCommand.ListThreads("next")), """{"jsonrpc":"2.0","id":122,"method":"session/list","params":{"cursor":"next"}}""", null },
        { Add(new AgentCommand.DeleteThread("s1")), """{"jsonrpc":"2.0","id":123,"method":"session/delete","params":{"sessionId":"s1"}}""", null },
        { Add(new AgentCommand.LogOut()), """{"jsonrpc":"2.0","id":124,"method":"logout","params":{}}""", null },
        {
            Add(new AgentCommand.NewThread(new AgentPlace("/w", Json("""[{"type":"http","name":"web","url":"https://t.test/mcp","headers":[{"name":"Authorization","value":"x"}]},{"type":"sse","name":"old","url":"https://t.test/sse","headers":[]}]""")))),
            """{"jsonrpc":"2.0","id":115,"method":"session/new","params":{"cwd":"/w","mcpServers":[{"type":"http","name":"web","url":"https://t.test/mcp","headers":[{"name":"Authorization","value":"x"}]},{"type":"sse","name":"old","url":"https://t.test/sse","headers":[]}]}}""",
            null
        },
        { Add(new AgentCommand.Answer("9", Json("""{"action":"accept"}"""))), """{"jsonrpc":"2.0","id":9,"result":{"action":"accept"}}""", "elicitation/create" },
        { Add(new AgentCommand.Answer("9", Json("""{"action":"accept","content":{"name":"x"}}"""))), """{"jsonrpc":"2.0","id":9,"result":{"action":"accept","content":{"name":"x"}}}""", "elicitation/create" },
        {
            Add(new AgentCommand.Prompt("s1", Json("""[{"type":"text","text":"Grüße\n<🙂>"}]"""), s_context)),
            """{"jsonrpc":"2.0","id":119,"method":"session/prompt","params":{"sessionId":"s1","prompt":[{"type":"text","text":"Grüße\n<\uD83D\uDE42>"}],"_meta":{"atelier":{"agent":"agt_1","turn":"turn_1"}}}}""",
            null
        },
        { Add(new AgentCommand.Cancel("s1")), """{"jsonrpc":"2.0","method":"session/cancel","params":{"sessionId":"s1"}}""", null },
        { Add(new AgentCommand.SetMode("s1", "plan")), """{"jsonrpc":"2.0","id":120,"method":"session/set_mode","params":{"sessionId":"s1","modeId":"plan"}}""", null },
        {
            Add(new AgentCommand.SetOption("s1", "model", Json("\"large\""))),
            """{"jsonrpc":"2.0","id":121,"method":"session/set_config_option","params":{"sessionId":"s1","configId":"model","value":"large"}}""",
            null
        },
        {
            Add(new AgentCommand.SetOption("s1", "fast", Json("true"))),
            """{"jsonrpc":"2.0","id":121,"method":"session/set_config_option","params":{"sessionId":"s1","configId":"fast","type":"boolean","value":true}}""",
            null
        },
        {
            Add(new AgentCommand.Answer("\"a\\u00e9\"", Json("""{"outcome":{"outcome":"selected","optionId":"yes"}}"""))),
            """{"jsonrpc":"2.0","id":"aé","result":{"outcome":{"outcome":"selected","optionId":"yes"}}}""",
            "session/request_permission"
        },
        { Add(new AgentCommand.Answer("7", default)), """{"jsonrpc":"2.0","id":7,"result":{}}""", "fs/write_text_file" },
        { Add(new AgentCommand.Answer("8", Json("""{"content":"a\nb"}"""))), """{"jsonrpc":"2.0","id":8,"result":{"content":"a\nb"}}""", "fs/read_text_file" },
        { Add(new AgentCommand.Answer("8", Json("""{"terminalId":"wrk_1"}"""))), """{"jsonrpc":"2.0","id":8,"result":{"terminalId":"wrk_1"}}""", "terminal/create" },
        {
            Add(new AgentCommand.Answer("8", Json("""{"output":"x","truncated":true,"exitStatus":{"exitCode":null,"signal":"SIGKILL"}}"""))),
            """{"jsonrpc":"2.0","id":8,"result":{"output":"x","truncated":true,"exitStatus":{"exitCode":null,"signal":"SIGKILL"}}}""",
            "terminal/output"
        },
        {
            Add(new AgentCommand.Answer("8", Json("""{"exitCode":null,"signal":null}"""))),
            """{"jsonrpc":"2.0","id":8,"result":{"exitCode":null,"signal":null}}""",
            "terminal/wait_for_exit"
        },
        { Add(new AgentCommand.Answer("8", Json("{}"))), """{"jsonrpc":"2.0","id":8,"result":{}}""", "terminal/release" },
        { Add(new AgentCommand.Refuse("null", -32601, "No.")), """{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"No."}}""", null },
    };

    private static List<AgentCommand> Said { get; } = [];

    [Theory]
    [MemberData(nameof(Commands))]
    [Trait("rule", "AL8")]
    public void A_command_is_one_line_that_the_official_schema_allows(int command, string expected, string? answers)
    {
        var line = Encoding.UTF8.GetString(AcpWriter.Write(Said[command], sequence: 7, AcpClientAbilities.Own).Span);

        Assert.Equal(expected + "\n", line);
        Assert.Null(oracle.Judge(expected, answers));
    }

    [Fact]
    public void What_offers_nothing_to_a_program_is_allowed_by_the_schema_too()
    {
        var line = Encoding.UTF8.GetString(AcpWriter.Write(new AgentCommand.Open("1"), 1, new AcpClientAbilities()).Span).TrimEnd('\n');

        Assert.DoesNotContain("elicitation", line, StringComparison.Ordinal);
        Assert.Null(oracle.Judge(line, answers: null));
    }

    public static TheoryData<int> Unfit => new(
        Add(new AgentCommand.Prompt("s1", Json("\"text\""), s_context)),
        Add(new AgentCommand.Prompt("s1", default, s_context)),
        Add(new AgentCommand.Prompt("s1", Json("""[{"type":"text","text":"\ud800"}]"""), s_context)),
        Add(new AgentCommand.NewThread(new AgentPlace("/w", Json("{}")))),
        Add(new AgentCommand.SetOption("s1", "o", Json("1"))),
        Add(new AgentCommand.Answer("{}", Json("{}"))),
        Add(new AgentCommand.Answer("7,\"x\":1", Json("{}"))),
        Add(new AgentCommand.Refuse("", 1, "")));

    [Theory]
    [MemberData(nameof(Unfit))]
    public void What_cannot_be_said_is_refused(int command)
    {
        var refusal = Assert.Throws<JsonRpcException>(() => AcpWriter.Write(Said[command], 7, AcpClientAbilities.Own));

        Assert.Equal("invalid", refusal.Reason);
    }

    private static int Add(AgentCommand command)
    {
        Said.Add(command);
        return Said.Count - 1;
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
