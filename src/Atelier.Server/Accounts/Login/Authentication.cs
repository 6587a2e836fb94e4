using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Accounts.Tokens;

namespace Atelier.Server.Accounts.Login;

/// <summary>
/// Finds out who calls: by bearer header, cookie, or for sockets <c>?access_token=</c> (browsers cannot give them a
/// header).
/// </summary>
internal sealed class Authentication(
    RequestDelegate next, AccessTokenStore tokens, BrowserCookie cookie, TimeProvider clock)
{
    private const string Scheme = "Bearer ";
    private static readonly TimeSpan s_touchAfter = TimeSpan.FromHours(1);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is null || Shown(context.Request) is not var (secret, credential))
        {
            await next(context);
            return;
        }

        if (credential == Credential.Cookie
            && ChangesSomething(context.Request)
            && context.Request.Headers["Atelier-Request"] != "1")
        {
            await PermissionProblems.MissingRequestHeader().ExecuteAsync(context);
            return;
        }

        if (await tokens.FindAsync(secret, context.RequestAborted) is { } known)
        {
            context.Features.Set(new CurrentUser(known.User, known.Token, credential));
            if (known.Token.LastUsedAt is not { } last || clock.GetUtcNow() - last > s_touchAfter)
            {
                await tokens.TouchAsync(known.Token, context.RequestAborted);
                if (credential == Credential.Cookie)
                {
                    cookie.Set(context, secret);
                }
            }
        }

        await next(context);
    }

    private (Secret, Credential)? Shown(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        if (header is not null)
        {
            return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                ? (new Secret(header[Scheme.Length..].Trim()), Credential.Bearer)
                : null;
        }

        if (request.HttpContext.WebSockets.IsWebSocketRequest
            && request.Query["access_token"] is [{ Length: > 0 } token])
        {
            return (new Secret(token), Credential.Query);
        }

        return cookie.Read(request) is { } fromCookie ? (fromCookie, Credential.Cookie) : null;
    }

    private static bool ChangesSomething(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method)
        && !HttpMethods.IsHead(request.Method)
        && !HttpMethods.IsOptions(request.Method);
}
