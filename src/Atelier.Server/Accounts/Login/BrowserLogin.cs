using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;

namespace Atelier.Server.Accounts.Login;

/// <summary>Logs a browser in: a token of its own, in a cookie.</summary>
internal sealed class BrowserLogin(AccessTokenStore tokens, BrowserCookie cookie, AuditLog audit, TimeProvider clock)
{
    private const int MaxNameLength = 120;

    public async Task LogInAsync(HttpContext context, User user, CancellationToken cancellationToken)
    {
        var name = context.Request.Headers.UserAgent.ToString();
        var (token, secret) = await tokens.CreateAsync(
            user.Id,
            AccessTokenKind.Browser,
            name.Length > MaxNameLength ? name[..MaxNameLength] : name,
            clock.GetUtcNow() + AccessTokenStore.BrowserLife,
            cancellationToken);
        await audit.WriteAsync(
            new AuditEntry(Actor.Of(user.Id), "logged-in", "token", token.Id.Value), cancellationToken);
        cookie.Set(context, secret);
    }
}
