using System.Diagnostics;
using System.Net.WebSockets;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Accounts.Permissions;

/// <summary>Lets a request through to its route only as the route's rule says.</summary>
internal sealed partial class AccessGate(RequestDelegate next, AccessPolicy policy, ILogger<AccessGate> log)
{
    // What a page can see of a refused socket is its close code (worker-socket.md, WS9).
    private const WebSocketCloseStatus MissingRight = (WebSocketCloseStatus)4003;
    private const WebSocketCloseStatus NoSuchThing = (WebSocketCloseStatus)4004;

    public async Task InvokeAsync(HttpContext context)
    {
        // What is mapped is a RouteEndpoint; others are the routing's own refusals of a method or content type.
        if (context.GetEndpoint() is not RouteEndpoint route)
        {
            await next(context);
            return;
        }

        var rule = route.Metadata.GetMetadata<AccessRule>()
            ?? throw new InvalidOperationException($"{route.DisplayName} has no access rule.");
        var user = CurrentUser.Of(context);
        var decision = user?.AgentId is not null && route.Metadata.GetMetadata<TakesAgentTokens>() is null
            ? AccessDecision.Forbidden // what an agent's program may do with its token is a short list
            : await policy.DecideAsync(user, rule, context.Request.RouteValues, context.RequestAborted);
        if (decision is not AccessDecision.Allowed)
        {
            LogRefused(context.Request.Method, context.Request.Path, decision, user?.Id.Value ?? "nobody");
        }

        await (decision switch
        {
            AccessDecision.Allowed => next(context),
            AccessDecision.NotLoggedIn => RefuseNobodyAsync(context),
            AccessDecision.Forbidden => RefuseAsync(context, MissingRight, PermissionProblems.Forbidden(rule)),
            AccessDecision.NotFound => RefuseAsync(context, NoSuchThing, PermissionProblems.NotFound()),
            _ => throw new UnreachableException(),
        });
    }

    private static Task RefuseNobodyAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return PermissionProblems.NotLoggedIn().ExecuteAsync(context);
    }

    private static async Task RefuseAsync(HttpContext context, WebSocketCloseStatus code, ProblemHttpResult problem)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.CloseOutputAsync(code, code == NoSuchThing ? "not found" : "not allowed", context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Information, "Refused {Method} {Path}: {Decision} for {User}")]
    private partial void LogRefused(string method, PathString path, AccessDecision decision, string user);
}
