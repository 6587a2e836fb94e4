using Atelier.Server.Accounts.Tokens;

namespace Atelier.Server.Accounts.Login;

/// <summary>The cookie that keeps a browser logged in. Its value is a token's secret.</summary>
internal sealed class BrowserCookie(Installation installation)
{
    public Secret? Read(HttpRequest request) =>
        request.Cookies.TryGetValue(installation.CookieName, out var value) && value.Length > 0 ? new Secret(value) : null;

    public void Set(HttpContext context, Secret secret) =>
        context.Response.Cookies.Append(
            installation.CookieName, secret.Text, Options(context, AccessTokenStore.BrowserLife));

    public void Clear(HttpContext context) =>
        context.Response.Cookies.Delete(installation.CookieName, Options(context, life: null));

    // Strict: no other page's request ever carries it. Our own page needs no cookie to load, only for its calls.
    private static CookieOptions Options(HttpContext context, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = life,
        IsEssential = true,
    };
}
