using System.Text.Json.Nodes;

namespace Atelier.Server.Tests.Agents.Editors;

/// <summary>Clients that nobody here wrote.</summary>
public sealed class OfficialEditorTests(EditorServer server, EditorOracle oracle) : IClassFixture<EditorServer>, IClassFixture<EditorOracle>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "AE2")]
    [Trait("rule", "AE3")]
    public async Task The_official_example_client_with_its_own_token_gets_its_answer_over_a_socket()
    {
        _ = oracle;
        await server.GiveTokenAsync("example-token", Cancel);

        var said = await EditorOracle.RunAsync(
            "node",
            [Path.Combine(EditorOracle.Folder, "node_modules/@agentclientprotocol/sdk/dist/examples/ws-client.js")],
            server.Directory,
            new Dictionary<string, string> { ["ACP_WS_URL"] = $"ws://127.0.0.1:{server.Address.Port}/acp" });

        Assert.Contains("Done: end_turn", said, StringComparison.Ordinal);
        Assert.Contains("loadSession=true", said, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "AE13")]
    [Trait("rule", "AE14")]
    public async Task The_official_client_drives_an_agent_over_standard_input_and_output()
    {
        _ = oracle;
        var said = JsonNode.Parse(await EditorOracle.RunAsync(
            "node",
            [Path.Combine(EditorOracle.Folder, "drive.mjs"), server.Directory, EditorOracle.CommandLine, "acp"],
            server.Directory,
            new Dictionary<string, string> { ["ATELIER_URL"] = server.Address.ToString(), ["ATELIER_TOKEN"] = server.Token })) ?? throw new InvalidOperationException("It said null.");

        Assert.Equal(("atelier", true, 1, true), ((string?)said["name"], (bool?)said["loads"], (int?)said["asked"], (bool?)said["listed"]));
        Assert.Equal(("end_turn", "cancelled"), ((string?)said["first"], (string?)said["second"]));
        Assert.Equal(["ask", "code"], Words(said["modes"]));
        Assert.Equal(["agent_message_chunk", "tool_call", "agent_message_chunk"], Words(said["live"]).Where(IsOfTurn));
        Assert.Equal(["user_message_chunk", "agent_message_chunk", "tool_call", "agent_message_chunk"], Words(said["again"]).Where(IsOfTurn));
    }

    private static bool IsOfTurn(string? kind) => kind is "agent_message_chunk" or "tool_call" or "tool_call_update" or "user_message_chunk";

    private static IEnumerable<string?> Words(JsonNode? list) => list?.AsArray().Select(one => (string?)one) ?? [];
}
