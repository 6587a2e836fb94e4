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

internal static class AccessDecisions
{
    /// <param name="rule">What the route demands.</param>
    /// <param name="isLoggedIn">Whether anybody calls.</param>
    /// <param name="isAdministrator">Whether that is an administrator.</param>
    /// <param name="role">Their role in the thing of the path; null when for them there is none.</param>
    public static AccessDecision For(AccessRule rule, bool isLoggedIn, bool isAdministrator, Role? role) => rule switch
    {
        AccessRule.Anonymous => AccessDecision.Allowed,
        _ when !isLoggedIn => AccessDecision.NotLoggedIn,
        AccessRule.AnyUser => AccessDecision.Allowed,
        AccessRule.Administrator => isAdministrator ? AccessDecision.Allowed : AccessDecision.Forbidden,
        AccessRule.On when role is null => AccessDecision.NotFound,
        AccessRule.On on => role >= on.Role ? AccessDecision.Allowed : AccessDecision.Forbidden,
        _ => throw new UnreachableException(),
    };
}
