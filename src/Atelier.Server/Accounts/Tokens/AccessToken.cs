using Atelier.Server.Accounts.Users;

namespace Atelier.Server.Accounts.Tokens;

/// <summary>Who holds a token: a program of the person's, or a browser that is logged in.</summary>
internal enum AccessTokenKind
{
    Program,
    Browser,

    /// <summary>The program of an agent; good for that agent alone.</summary>
    Agent,
}

internal sealed record AccessToken(
    AccessTokenId Id,
    AccessTokenKind Kind,
    string Name,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt)
{
    /// <summary>The agent whose program holds it; null for all others.</summary>
    public string? AgentId { get; init; }
}

/// <summary>A token that was shown and is valid, with the person it stands for.</summary>
internal sealed record KnownToken(AccessToken Token, User User);
