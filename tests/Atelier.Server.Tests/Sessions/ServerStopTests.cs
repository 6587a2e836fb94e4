using System.Net.WebSockets;
using Atelier.Client.Api;
using Atelier.Client.Workers;
using Atelier.TestKit;

namespace Atelier.Server.Tests.Sessions;

public sealed class ServerStopTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "WS13")]
    public async Task A_server_that_stops_says_so_to_its_sockets()
    {
        var session = await server.AddSessionAsync(Cancel);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {server.Token}");
        await socket.ConnectAsync(
            new UriBuilder(server.Address) { Scheme = "ws", Path = $"/ws/session/{session.Id}/worker/{session.Workers[0].Id}" }.Uri, Cancel);

        var stopping = server.RestartAsync(Cancel);
        var code = await CloseCodeAsync(socket);
        await Patience.For(stopping, "the server to start again");

        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, code);
    }

    [Fact]
    [Trait("rule", "WS13")]
    public async Task A_client_whose_server_stops_connects_again()
    {
        var session = await server.AddSessionAsync(Cancel);
        using var http = server.Client(server.Token);
        var api = new ApiClient(http, server.Address, server.Token);
        await using var attachment = new WorkerAttachment(
            api, session.Id.Value, session.Workers[0].Id.Value, new WorkerAttachOptions(From: null, Epoch: null, All: false, "test"), TimeProvider.System);
        await using var events = attachment.ReadAsync(Cancel).GetAsyncEnumerator(Cancel);
        await NextAsync<WorkerEvent.Trouble>(events); // its host is away

        var stopping = server.RestartAsync(Cancel);
        var lost = await NextAsync<WorkerEvent.Reconnecting>(events);
        await Patience.For(stopping, "the server to start again");

        Assert.Equal("the server stops", lost.Reason);
    }

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<WorkerEvent> events)
        where T : WorkerEvent
    {
        while (await Patience.For(events.MoveNextAsync().AsTask(), $"a {typeof(T).Name} of the worker"))
        {
            if (events.Current is T wanted)
            {
                return wanted;
            }
        }

        throw new EndOfStreamException();
    }

    private static async Task<WebSocketCloseStatus?> CloseCodeAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 << 10];
        while ((await Patience.For(socket.ReceiveAsync(buffer.AsMemory(), Cancel).AsTask(), "the socket's end")).MessageType != WebSocketMessageType.Close)
        {
            // What was on its way before it closes.
        }

        return socket.CloseStatus;
    }
}
