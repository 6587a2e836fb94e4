using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>Who may dial, and what becomes of what cannot be understood.</summary>
public sealed class ZedSocketTests(ZedServer server) : IClassFixture<ZedServer>
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "ZS1")]
    public async Task A_process_is_told_where_to_dial_and_with_what()
    {
        var agent = await server.CreateAsync("say");
        await OverAsync(agent);

        var environment = server.Zeds.EnvironmentOf(agent);
        Assert.Equal(
            ["true", "true", $"127.0.0.1:{server.Address.Port}", "false", (await server.AgentAsync(agent)).Place?.SessionId, $"/work/{agent}"],
            new[] { "ZED_EXTERNAL_SYNC_ENABLED", "ZED_WEBSOCKET_SYNC_ENABLED", "ZED_HELIX_URL", "ZED_HELIX_TLS", "HELIX_SESSION_ID", "ZED_WORK_DIR" }.Select(name => environment[name]));
        Assert.StartsWith("atl_", environment["ZED_HELIX_TOKEN"], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "ZS1")]
    public async Task Whoever_has_no_token_for_the_session_is_refused_before_the_upgrade()
    {
        var agent = await server.CreateAsync("say hold");
        await server.UntilAsync(agent, one => one.Turns[0].State == TurnState.Running, "the turn to run");
        var other = await server.CreateAsync("say hold");
        await server.UntilAsync(other, one => one.Turns[0].State == TurnState.Running, "the other turn to run");
        var session = (await server.AgentAsync(agent)).Place?.SessionId;
        var token = server.Zeds.EnvironmentOf(agent)["ZED_HELIX_TOKEN"];
        var stranger = await server.AddUserAsync("Stranger", _cancellationToken);

        foreach (var (shown, of) in new (string?, string?)[]
        {
            (null, session), ("", session), ("atl_wrong", session), (stranger, session), (server.Zeds.EnvironmentOf(other)["ZED_HELIX_TOKEN"], session),
            (token, "ses_none"), (token, ""), (token, (await server.AgentAsync(other)).Place?.SessionId),
        })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(shown, of));
        }

        // It is of use for nothing else.
        using var http = server.Client(token);
        using var refused = await http.GetAsync(new Uri("/api/me", UriKind.Relative), _cancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    [Trait("rule", "ZS1")]
    public async Task The_token_of_a_process_ends_with_it_and_an_editors_does_not()
    {
        var agent = await server.CreateAsync("say");
        await OverAsync(agent);
        var session = (await server.AgentAsync(agent)).Place?.SessionId;
        var token = server.Zeds.EnvironmentOf(agent)["ZED_HELIX_TOKEN"];
        await server.Zeds.Of(agent).KillAsync(0);
        await server.UntilAsync(agent, one => one.Instance is { HasProcess: false }, "the end of the process");

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token, session));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await StatusAsync(server.Token, session));
    }

    [Fact]
    [Trait("rule", "ZS1")]
    public async Task An_editor_who_may_not_any_more_is_let_go()
    {
        var agent = await server.CreateAsync("say");
        await OverAsync(agent);
        using var http = server.Client(server.Token);
        using var made = await http.SendJsonAsync(HttpMethod.Post, "/api/tokens", """{"name":"zed"}""", _cancellationToken);
        var token = (await made.JsonAsync(_cancellationToken))["token"];
        using var socket = await DialAsync((string?)token?["secret"], (await server.AgentAsync(agent)).Place?.SessionId);

        using var deleted = await http.DeleteAsync(new Uri($"/api/tokens/{(string?)token?["id"]}", UriKind.Relative), _cancellationToken);

        Assert.Equal(4002, (int)await ClosedAsync(socket));
    }

    [Fact]
    [Trait("rule", "ZS20")]
    public async Task A_newer_connection_takes_the_place_of_the_older()
    {
        var agent = await server.CreateAsync("say hold say");
        await server.UntilAsync(agent, one => one.Turns[0].State == TurnState.Running, "the turn to run");
        var zed = server.Zeds.Of(agent);
        zed.Behaviour.StaysAway = true;
        var session = (await server.AgentAsync(agent)).Place?.SessionId;

        using var first = await DialAsync(server.Token, session);
        using var second = await DialAsync(server.Token, session);

        Assert.Equal(4002, (int)await ClosedAsync(first));
        Assert.Equal("open_thread", (string?)(await ReceiveAsync(second))["type"]);
    }

    [Fact]
    [Trait("rule", "ZS2")]
    public async Task What_cannot_be_understood_is_passed_over()
    {
        var agent = await server.CreateAsync("say hold say");
        await server.UntilAsync(agent, one => one.Turns[0].State == TurnState.Running, "the turn to run");
        var zed = server.Zeds.Of(agent);
        foreach (var nonsense in new[]
        {
            "no JSON", "[]", "{}", """{"event_type":7,"data":{}}""", """{"event_type":"message_added"}""", """{"event_type":"message_added","data":[]}""",
            """{"event_type":"message_added","data":{"acp_thread_id":{},"request_id":[1],"message_id":null,"role":7,"content":{"a":1}}}""", """{"event_type":"later","data":{"new":true}}""",
            """{"event_type":"thread_created","data":{}}""", """{"event_type":"message_completed","data":{"request_id":"turn_none.1","usage":7}}""",
            """{"event_type":"agent_ready","data":{"active_turns":{"a":1}}}""", """{"event_type":"elicitation_resync","data":{"acp_thread_id":"x","elicitation_ids":[1,null,{}]}}""",
            """{"event_type":"message_added","data":{"content":"\ud83d half"}}""",
        })
        {
            await zed.SendRawAsync(Encoding.UTF8.GetBytes(nonsense), WebSocketMessageType.Text);
        }

        await zed.SendRawAsync("""{"event_type":"chat_response_error","data":{}}"""u8.ToArray(), WebSocketMessageType.Binary);
        await zed.SendRawAsync(new byte[] { 0xFF, 0xFE, (byte)'{' }, WebSocketMessageType.Binary);
        zed.Release();

        Assert.Equal(TurnState.Done, (await OverAsync(agent)).Turns[0].State);
        Assert.Equal(1, zed.Connections);
    }

    [Fact]
    [Trait("rule", "ZS20")]
    public async Task A_message_that_is_too_long_ends_the_connection_and_nothing_else()
    {
        var agent = await server.CreateAsync("say hold say");
        await server.UntilAsync(agent, one => one.Turns[0].State == TurnState.Running, "the turn to run");
        var zed = server.Zeds.Of(agent);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (; ; )
            {
                await zed.SendRawAsync(new byte[3 << 20], WebSocketMessageType.Text);
            }
        });
        await zed.UntilAsync(one => one.Connections == 2, "the next connection");
        zed.Release();

        Assert.Equal(TurnState.Done, (await OverAsync(agent)).Turns[0].State);
    }

    [Fact]
    [Trait("rule", "ZS6")]
    public async Task Nothing_is_asked_before_Zed_is_ready()
    {
        var agent = await server.CreateAsync("say", one => one.Behaviour.IsNeverReady = true);
        var zed = server.Zeds.Of(agent);
        await Patience.Until(() => server.AgentAsync(agent).Result.Threads[0].OpeningSequence is not null, "the thread to wait");
        Assert.Empty(zed.Frames);

        zed.Say(ZedEventTypes.AgentReady, new JsonObject { ["agent_name"] = "zed-connection", ["thread_id"] = null });

        Assert.Equal(TurnState.Done, (await OverAsync(agent)).Turns[0].State);
    }

    [Fact]
    [Trait("rule", "ZS21")]
    public async Task Secrets_of_ours_stand_in_no_event()
    {
        var agent = await server.CreateAsync("say odd");
        await OverAsync(agent);
        var zed = server.Zeds.Of(agent);
        var token = server.Zeds.EnvironmentOf(agent)["ZED_HELIX_TOKEN"] ?? "";
        zed.Say(ZedEventTypes.ThreadTitleChanged, new JsonObject { ["acp_thread_id"] = zed.Runs[0].Thread, ["title"] = $"Uses {token}" });
        await server.UntilAsync(agent, one => one.Title is not null, "the title");

        Assert.DoesNotContain(await server.EventsAsync(agent), one => one.What.Payload.Contains(token, StringComparison.Ordinal) || one.What.Payload.Contains("atl_0123456789", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("rule", "ZS1")]
    public async Task A_program_with_the_protocol_zed_is_made_and_refused_where_it_makes_no_sense()
    {
        var made = await server.CallAsync(HttpMethod.Post, "/api/agent-programs", new JsonObject { ["name"] = "My Zed", ["protocol"] = "zed", ["acpCommand"] = "zed --headless", ["zedAgent"] = "claude" });
        Assert.Equal(("zed", "claude"), ((string?)made["agentProgram"]?["protocol"], (string?)made["agentProgram"]?["zedAgent"]));

        using var http = server.Client(server.Token);
        foreach (var wrong in new[] { """{"name":"Z","protocol":"zed"}""", """{"name":"Z","protocol":"zed","acpCommand":"zed","commandTemplate":"zed"}""", """{"name":"Z","acpCommand":"x","zedAgent":"claude"}""" })
        {
            using var refused = await http.SendJsonAsync(HttpMethod.Post, "/api/agent-programs", wrong, _cancellationToken);
            Assert.Equal("/problems/agent-program-invalid", await refused.ProblemAsync(_cancellationToken));
        }
    }

    private Task<Agent> OverAsync(string agent) => server.UntilAsync(agent, one => one.Turns[0].IsOver, "the turn to end");

    private Task<WebSocket> DialAsync(string? token, string? session) => server.DialAsync(
        new Dictionary<string, string?> { [ZedSyncProtocol.TokenVariable] = token, [ZedSyncProtocol.SessionVariable] = session }, _cancellationToken);

    private async Task<HttpStatusCode> StatusAsync(string? token, string? session)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (token is not null)
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        try
        {
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Address.Port}{ZedSyncProtocol.Path}?session_id={session}"), _cancellationToken);
            return HttpStatusCode.SwitchingProtocols;
        }
        catch (WebSocketException)
        {
            return socket.HttpStatusCode;
        }
    }

    private async Task<WebSocketCloseStatus> ClosedAsync(WebSocket socket)
    {
        while (socket.CloseStatus is null)
        {
            await Patience.For(socket.ReceiveAsync(new byte[4096].AsMemory(), _cancellationToken).AsTask(), "the end of the socket");
        }

        return socket.CloseStatus.Value;
    }

    private async Task<JsonNode> ReceiveAsync(WebSocket socket)
    {
        var buffer = new byte[64 << 10];
        var part = await Patience.For(socket.ReceiveAsync(buffer.AsMemory(), _cancellationToken).AsTask(), "a frame");
        return JsonNode.Parse(buffer.AsSpan(0, part.Count)) ?? throw new InvalidOperationException("It is null.");
    }
}
