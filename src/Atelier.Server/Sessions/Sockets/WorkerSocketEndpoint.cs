using System.Net.WebSockets;
using Atelier.Protocol.Browser;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Web;
using Atelier.Server.Sessions.Workers;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Sessions.Sockets;

/// <summary>The socket of one worker: <c>/ws/session/:sessionId/worker/:workerId</c> (docs/protocols/worker-socket.md).</summary>
internal static class WorkerSocketEndpoint
{
    private const int MaxClientLength = 100;

    public static void MapWorkerSocket(this IEndpointRouteBuilder routes) =>
        routes.Map("/ws/session/{sessionId}/worker/{workerId}", AcceptAsync)
            .Requires(Access.Session(Role.Viewer, "sessionId"))
            .WithMetadata(EndsInOrder.Mark)
            .Describes(typeof(WorkerSocketMessage), typeof(WorkerSocketRequest));

    private static async Task<IResult> AcceptAsync(
        HttpContext context,
        SessionId sessionId,
        WorkerId workerId,
        CurrentUser user,
        SessionOwners sessions,
        SessionAccess access,
        AccessChanges changes,
        WorkerPlaces places,
        WorkerSignals signals,
        WorkerViewers viewers,
        IOptions<SessionsOptions> options,
        IHostApplicationLifetime lifetime,
        TimeProvider clock,
        ILogger<WorkerRelay> logger,
        long? from = null,
        int? epoch = null,
        string? lag = null,
        string? client = null)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return Problem.Of(400, "websocket-needed", "This address speaks WebSocket.", "Connect with ws:// or wss://.");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var session = (await sessions.FindAsync(sessionId))?.Current;
        if (session?.Find(workerId) is null)
        {
            await CloseAsync(socket, WorkerSocketCloseCodes.NotFound, "no such worker");
            return TypedResults.Empty;
        }

        if (lag is not (null or "all" or "screen") || from < 0 || client?.Length is 0 or > MaxClientLength)
        {
            await CloseAsync(socket, (int)WebSocketCloseStatus.InvalidPayloadData, "lag is all or screen, from is not negative, client has 1 to 100 characters");
            return TypedResults.Empty;
        }

        using var relay = new WorkerRelay(
            socket,
            session,
            workerId,
            user,
            client ?? $"token-{user.Token.Id}",
            await access.RoleInAsync(user, session, context.RequestAborted) >= Role.Editor,
            new WorkerReading(from, epoch, IsScreen: lag is null ? from is null : lag == "screen"),
            places,
            signals,
            viewers,
            options.Value,
            clock,
            logger);
        if (!viewers.TryEnter(relay, options.Value.SocketsPerWorker))
        {
            await CloseAsync(socket, WorkerSocketCloseCodes.TooMany, "too many watch this worker");
            return TypedResults.Empty;
        }

        using var watching = changes.Watch(user, async now => relay.TakeRights(
            now is not null, now is null || await sessions.FindAsync(sessionId) is not { } owner ? null : await access.RoleInAsync(now, owner.Current, CancellationToken.None)));
        await using var stopping = lifetime.ApplicationStopping.Register(
            () => relay.Close((int)WebSocketCloseStatus.EndpointUnavailable, "the server stops"));
        try
        {
            await relay.RunAsync(context.RequestAborted);
        }
        finally
        {
            viewers.Leave(relay);
        }

        return TypedResults.Empty;
    }

    private static Task CloseAsync(WebSocket socket, int code, string reason) =>
        socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);
}
