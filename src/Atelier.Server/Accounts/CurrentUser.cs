using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;

namespace Atelier.Server.Accounts;

/// <summary>How a caller showed who they are. Browsers send cookies without being asked, so those prove less.</summary>
internal enum Credential
{
    Bearer,
    Cookie,
    Query,
}

/// <summary>The person on whose behalf a request is made. A route that takes one as parameter is only reached by somebody.</summary>
internal sealed record CurrentUser(User User, AccessToken Token, Credential Credential)
{
    public UserId Id => User.Id;

    public string DisplayName => User.DisplayName;

    public bool IsAdministrator => User.IsAdministrator;

    /// <summary>The agent for which its program calls, and which is all it may touch; null for people and their programs.</summary>
    public string? AgentId => Token.AgentId;

    public Actor Actor => Actor.Of(User.Id);

    public static CurrentUser? Of(HttpContext context) => context.Features.Get<CurrentUser>();

    /// <summary>Binds the parameter of a route.</summary>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));
}
