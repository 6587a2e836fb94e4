using Atelier.Server.Accounts.Tokens;

namespace Atelier.Server.Accounts.Login;

/// <summary>Finds out who calls by a token that came otherwise than with the request.</summary>
internal sealed class TokenLogin(AccessTokenStore tokens)
{
    /// <summary>The person whose token it is; null when it is no valid one.</summary>
    public async Task<CurrentUser?> FindAsync(string token, CancellationToken cancellationToken) =>
        await tokens.FindAsync(new Secret(token), cancellationToken) is { Token.AgentId: null } known ? new CurrentUser(known.User, known.Token, Credential.Bearer) : null;
}
