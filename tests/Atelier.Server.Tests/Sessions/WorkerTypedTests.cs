using System.Net.WebSockets;
using System.Text;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;
using Atelier.Server.Tests.Hosts;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Sessions;

public sealed class WorkerTypedTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_host_hears_what_is_typed_at_an_agent_and_not_what_is_typed_at_a_terminal()
    {
        var told = new TaskCompletionSource<WorkerTypedNotice>(TaskCreationOptions.RunContinuationsAsynchronously);
        var methods = new JsonRpcMethods().OnNotification(HostMethods.WorkerTyped, HostJson.Default.WorkerTypedNotice, (notice, _) =>
        {
            told.TrySetResult(notice);
            return ValueTask.CompletedTask;
        });
        await using var host = await ScriptedHost.LinkAsync(server, methods, Cancel);
        var session = await AddSessionAsync(host);

        using var terminal = await OpenAsync(session, session.Workers[0]);
        await TypeAsync(terminal, "ls");
        using var agent = await OpenAsync(session, session.Workers[1]);
        await TypeAsync(agent, "fix it\r");

        var notice = await Patience.For(told.Task, "the host to be told");
        Assert.Equal((session.Workers[1].Id.Value, "fix it\r"), (notice.WorkerId, Encoding.UTF8.GetString(notice.Data)));
    }

    private async Task<Session> AddSessionAsync(ScriptedHost host)
    {
        var clock = server.Services.GetRequiredService<TimeProvider>();
        var creator = await server.Services.GetRequiredService<UserStore>().FirstAdministratorAsync(Cancel);
        Worker New(WorkerType type) => new()
        {
            Id = WorkerId.New(clock),
            Type = type,
            Name = $"{type}",
            Status = WorkerStatus.Lost,
            Cols = 80,
            Rows = 24,
            CreatedAt = clock.GetUtcNow(),
        };
        var session = new Session
        {
            Id = SessionId.New(clock),
            Type = SessionType.Quick,
            HostId = host.Id,
            LocationPath = "/tmp",
            CreatedBy = creator!.Id, // there always is one
            CreatedAt = clock.GetUtcNow(),
            Workers = [New(WorkerType.Terminal), New(WorkerType.Agent)],
        };
        await server.Services.GetRequiredService<SessionStore>().SaveAsync(session, Cancel);
        return session;
    }

    private async Task<ClientWebSocket> OpenAsync(Session session, Worker worker)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {server.Token}");
        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = $"/ws/session/{session.Id}/worker/{worker.Id}" }.Uri, Cancel);
        return socket;
    }

    private static async Task TypeAsync(ClientWebSocket socket, string text) => await socket.SendAsync(
        Encoding.UTF8.GetBytes($$"""{"type":"input","seq":1,"data":{{System.Text.Json.JsonSerializer.Serialize(text)}}}"""),
        WebSocketMessageType.Text,
        endOfMessage: true,
        Cancel);
}
