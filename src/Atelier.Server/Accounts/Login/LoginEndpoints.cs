using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Accounts.Login;

/// <param name="Code">From a login link.</param>
/// <param name="Token">Or a token, for people who have one at hand.</param>
internal sealed record LoginRequest(string? Code = null, string? Token = null);

internal sealed record LoginLink(string Url, string Code, DateTimeOffset ExpiresAt);

internal sealed record LoginLinkAnswer(LoginLink LoginLink);

internal static class LoginEndpoints
{
    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/login", Login)
            .AllowAnonymousReason("Proves who somebody is.")
            .RequireRateLimiting(LoginRate.Policy);
        routes.MapPost("/api/logout", Logout).AllowAnyUser();
        routes.MapPost("/api/login-links", CreateLoginLink).AllowAnyUser();
    }

    private static async Task<Results<Ok<UserAnswer>, ProblemHttpResult>> Login(
        LoginRequest request,
        LoginLinkStore links,
        AccessTokenStore tokens,
        BrowserLogin browsers,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        User? user;
        if (request.Code is { } code)
        {
            user = await links.UseAsync(new Secret(code), cancellationToken);
        }
        else if (request.Token is { } token)
        {
            user = (await tokens.FindAsync(new Secret(token), cancellationToken))?.User;
        }
        else
        {
            return AccountProblems.NothingToLogInWith();
        }

        if (user is null)
        {
            return request.Code is null ? AccountProblems.TokenNotValid() : AccountProblems.LinkNotValid();
        }

        await browsers.LogInAsync(context, user, cancellationToken);
        return TypedResults.Ok(new UserAnswer(user));
    }

    /// <summary>Ends the browser's login; a program's token stays, it is deleted by its id.</summary>
    private static async Task<NoContent> Logout(
        CurrentUser user,
        AccessTokenStore tokens,
        AccessChanges access,
        BrowserCookie cookie,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (user.Token.Kind == AccessTokenKind.Browser)
        {
            await tokens.DeleteAsync(user.Id, user.Token.Id, cancellationToken);
            await access.TellAsync();
        }

        cookie.Clear(context);
        return TypedResults.NoContent();
    }

    private static async Task<Created<LoginLinkAnswer>> CreateLoginLink(
        CurrentUser user,
        LoginLinkStore links,
        PublicAddress address,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var (code, expiresAt) = await links.CreateAsync(user.Id, cancellationToken);

        // Behind the #, so that no log, proxy or referrer ever sees it.
        var url = new Uri(address.Of(context.Request), $"/login#code={code.Text}");
        return TypedResults.Created(
            (string?)null, new LoginLinkAnswer(new LoginLink(url.ToString(), code.Text, expiresAt)));
    }
}
