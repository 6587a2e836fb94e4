using System.Net.WebSockets;
using System.Text.Json.Serialization.Metadata;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Hosts;

/// <summary>The daemon of the server's own machine as a test wants it: really linked, and answering what the test says.</summary>
internal sealed class ScriptedHost : IAsyncDisposable
{
    private const string Key = "key-of-a-scripted-host";

    private readonly JsonRpcPeer _peer;
    private readonly Task _serving;
    private readonly WebSocket _socket;

    private ScriptedHost(HostId id, JsonRpcPeer peer, Task serving, WebSocket socket) => (Id, _peer, _serving, _socket) = (id, peer, serving, socket);

    public HostId Id { get; }

    /// <summary>Links, and waits until the server knows.</summary>
    public static async Task<ScriptedHost> LinkAsync(
        TestServer server, JsonRpcMethods methods, CancellationToken cancellationToken, params IReadOnlyList<WorkerReport> workers)
    {
        var host = await server.Services.GetRequiredService<HostStore>().LocalAsync(Key, cancellationToken);
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Key}");
        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = HostProtocol.Path }.Uri, cancellationToken);
        var peer = new JsonRpcPeer(new WebSocketMessages(socket, HostProtocol.MaxMessageBytes), methods);
        var serving = peer.RunAsync(CancellationToken.None);
        await Patience.For(
            peer.RequestAsync(
                HostMethods.Hello,
                new HostHello(HostProtocol.Number, [], "testbench", "test", Environment.ProcessId, "boot", workers),
                HostJson.Default.HostHello,
                HostJson.Default.HostWelcome,
                cancellationToken),
            "the server's welcome");
        await Patience.For(server.Services.GetRequiredService<HostLinks>().WaitForAsync(host.Id, cancellationToken), "the link to be known");
        return new ScriptedHost(host.Id, peer, serving, socket);
    }

    /// <summary>Tells the server something.</summary>
    public ValueTask TellAsync<TMessage>(string method, TMessage message, JsonTypeInfo<TMessage> type) =>
        _peer.NotifyAsync(method, message, type, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _serving;
        _socket.Dispose();
    }
}
