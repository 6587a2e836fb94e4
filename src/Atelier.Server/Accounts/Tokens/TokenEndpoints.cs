using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Accounts.Tokens;

/// <param name="Name">What the person calls it.</param>
/// <param name="ExpiresAt">From when it is refused; null: never.</param>
internal sealed record CreateTokenRequest(string Name, DateTimeOffset? ExpiresAt = null);

/// <summary>The only time that the secret is shown.</summary>
internal sealed record NewToken(AccessTokenId Id, string Name, DateTimeOffset? ExpiresAt, string Secret);

internal sealed record NewTokenAnswer(NewToken Token);

internal sealed record ListedToken(
    AccessTokenId Id,
    AccessTokenKind Kind,
    string Name,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt,
    bool IsCurrent);

internal sealed record TokensAnswer(IReadOnlyList<ListedToken> Tokens);

internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/tokens", ListTokens).AllowAnyUser();
        routes.MapPost("/api/tokens", CreateToken).AllowAnyUser();
        routes.MapDelete("/api/tokens/{id}", DeleteToken).AllowAnyUser();
    }

    private static async Task<Ok<TokensAnswer>> ListTokens(
        CurrentUser user, AccessTokenStore tokens, CancellationToken cancellationToken)
    {
        var own = await tokens.OfAsync(user.Id, cancellationToken);
        return TypedResults.Ok(new TokensAnswer([
            .. own.Select(token => new ListedToken(
                token.Id, token.Kind, token.Name, token.CreatedAt, token.LastUsedAt, token.ExpiresAt, token.Id == user.Token.Id)),
        ]));
    }

    private static async Task<Results<Created<NewTokenAnswer>, ProblemHttpResult>> CreateToken(
        CurrentUser user,
        CreateTokenRequest request,
        AccessTokenStore tokens,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        if (Users.DisplayName.Clean(request.Name) is not { } name)
        {
            return AccountProblems.NameNotUsable();
        }

        var (token, secret) = await tokens.CreateAsync(
            user.Id, AccessTokenKind.Program, name, request.ExpiresAt, cancellationToken);
        await audit.WriteAsync(
            new AuditEntry(user.Actor, "token-created", "token", token.Id.Value, new { name }), cancellationToken);
        return TypedResults.Created(
            (string?)null, new NewTokenAnswer(new NewToken(token.Id, name, token.ExpiresAt, secret.Text)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteToken(
        AccessTokenId id, CurrentUser user, AccessTokenStore tokens, AuditLog audit, AccessChanges access, CancellationToken cancellationToken)
    {
        if (!await tokens.DeleteAsync(user.Id, id, cancellationToken))
        {
            return AccountProblems.TokenNotFound(id);
        }

        await access.TellAsync();
        await audit.WriteAsync(new AuditEntry(user.Actor, "token-deleted", "token", id.Value), cancellationToken);
        return TypedResults.NoContent();
    }
}
