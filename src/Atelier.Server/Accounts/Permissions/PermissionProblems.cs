using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Accounts.Permissions;

internal static class PermissionProblems
{
    public static ProblemHttpResult NotLoggedIn() =>
        Problem.Of(401, "not-logged-in", "You are not logged in.", "Log in by a login link, or send a valid token.");

    public static ProblemHttpResult Forbidden(AccessRule rule) => rule is AccessRule.RunsPrograms
        ? Problem.Of(
            403,
            "forbidden",
            "You may not use the folders of a host.",
            "Administrators may, and editors and owners of a repository. Ask an owner to make you an editor.")
        : Problem.Of(403, "forbidden", "You may not do this.", "Ask an owner or an administrator for the right.");

    public static ProblemHttpResult NotFound() =>
        Problem.Of(404, "not-found", "There is no such thing, or it is not shown to you.");

    public static ProblemHttpResult MissingRequestHeader() => Problem.Of(
        403,
        "missing-request-header",
        "A call that changes something needs the header Atelier-Request: 1.",
        "Calls with a bearer token do not.");
}
