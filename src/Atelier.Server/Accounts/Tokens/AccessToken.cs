using Atelier.Server.Accounts.Users;

namespace Atelier.Server.Accounts.Tokens;

/// <summary>Who holds a token: a program of the person's, or a browser that is logged in.</summary>
internal enum AccessTokenKind
{
    Program,
    Browser,
}

internal sealed record AccessToken(
    AccessTokenId Id,
    AccessTokenKind Kind,
    string Name,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt);

/// <summary>A token that was shown and is valid, with the person it stands for.</summary>
internal sealed record KnownToken(AccessToken Token, User User);
