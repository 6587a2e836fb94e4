using System.Diagnostics;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Accounts.Permissions;

internal enum AccessDecision
{
    Allowed,
    NotLoggedIn,

    /// <summary>The caller may know of the thing, but not do this.</summary>
    Forbidden,

    /// <summary>For this caller there is no such thing.</summary>
    NotFound,
}

/// <summary>What a caller may do, as far as a rule asks for it.</summary>
/// <param name="IsAdministrator">Of the installation.</param>
/// <param name="MayRunPrograms">On its hosts.</param>
/// <param name="Role">In the thing of the path; null when for the caller there is none.</param>
internal sealed record CallerRights(bool IsAdministrator = false, bool MayRunPrograms = false, Role? Role = null);

internal static class AccessDecisions
{
    /// <param name="rule">What the route demands.</param>
    /// <param name="caller">Null when nobody is logged in.</param>
    public static AccessDecision For(AccessRule rule, CallerRights? caller) => rule switch
    {
        AccessRule.Anonymous => AccessDecision.Allowed,
        _ when caller is null => AccessDecision.NotLoggedIn,
        AccessRule.AnyUser => AccessDecision.Allowed,
        AccessRule.Administrator => caller.IsAdministrator ? AccessDecision.Allowed : AccessDecision.Forbidden,
        AccessRule.RunsPrograms => caller.MayRunPrograms ? AccessDecision.Allowed : AccessDecision.Forbidden,
        AccessRule.On when caller.Role is null => AccessDecision.NotFound,
        AccessRule.On on => caller.Role >= on.Role ? AccessDecision.Allowed : AccessDecision.Forbidden,
        _ => throw new UnreachableException(),
    };
}
