using Atelier.Protocol.ZedSync;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Where Zeds dial (docs/protocols/zed-sync.md). Whoever may not is answered 401 before anything else.</summary>
internal static partial class ZedSyncEndpoint
{
    private const string Scheme = "Bearer ";

    public static void MapZedSync(this IEndpointRouteBuilder routes) => routes.Map(ZedSyncProtocol.Path, AcceptAsync)
        .AllowAnonymousReason("A Zed shows the token of its process, or a person's, which is checked first.");

    private static async Task<IResult> AcceptAsync(
        HttpContext context,
        ZedTokenStore tokens,
        ZedConnections connections,
        ZedSurroundings around,
        AgentAccess access,
        AccessChanges changes,
        ILogger<ZedConnection> logger)
    {
        string? session = context.Request.Query[ZedSyncProtocol.SessionParameter];
        if (session is not { Length: > 0 and <= 255 } || await tokens.AgentInAsync(session, context.RequestAborted) is not { } agent
            || !await MayAsync(context, agent, tokens, around, access))
        {
            LogRefused(logger);
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return ZedSyncProblems.NotAllowed();
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            return Problem.Of(400, "websocket-needed", "This address speaks WebSocket.", "Connect with ws:// or wss://.");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { KeepAliveInterval = around.Options.PingEvery, KeepAliveTimeout = around.Options.PongWithin });
        await using var connection = new ZedConnection(socket, agent, session, around, logger);
        using var watching = CurrentUser.Of(context) is { } user
            ? changes.Watch(user, async now =>
            {
                if (now is null || !await IsEditorAsync(now, agent, around, access))
                {
                    await connection.CloseAsync("not allowed any more");
                }
            })
            : null;
        if (connections.Add(connection) is { } older)
        {
            await older.CloseAsync("another connection has taken its place");
        }

        LogConnected(logger, session, agent.Value);
        try
        {
            await connection.RunAsync(context.RequestAborted);
        }
        finally
        {
            connections.Remove(connection);
        }

        return TypedResults.Empty;
    }

    private static async Task<bool> MayAsync(HttpContext context, AgentId agent, ZedTokenStore tokens, ZedSurroundings around, AgentAccess access)
    {
        if (CurrentUser.Of(context) is { Credential: not Credential.Cookie } user)
        {
            return await IsEditorAsync(user, agent, around, access);
        }

        var shown = context.Request.Headers.Authorization.ToString();
        return shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && await tokens.IsGoodAsync(new Secret(shown[Scheme.Length..].Trim()), agent, context.RequestAborted);
    }

    private static async Task<bool> IsEditorAsync(CurrentUser user, AgentId agent, ZedSurroundings around, AgentAccess access) =>
        await around.Owners().FindAsync(agent) is { } owner && await access.RoleInAsync(user, AgentView.Of(owner.Current), CancellationToken.None) >= Role.Editor;

    [LoggerMessage(LogLevel.Information, "Refused a Zed: its token is not one for that session")]
    private static partial void LogRefused(ILogger logger);

    [LoggerMessage(LogLevel.Information, "Zed connected for session {Session} of agent {Agent}")]
    private static partial void LogConnected(ILogger logger, string session, string agent);
}

internal static class ZedSyncProblems
{
    public static ProblemHttpResult NotAllowed() => Problem.Of(
        401,
        "zed-not-allowed",
        "This address needs a token for the session.",
        "Say session_id, and as bearer the token that the process was started with, or that of an editor of the session's agent.");
}
