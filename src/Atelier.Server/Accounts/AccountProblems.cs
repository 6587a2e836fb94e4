using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Accounts;

internal static class AccountProblems
{
    public static ProblemHttpResult NothingToLogInWith() =>
        Problem.Of(400, "nothing-to-log-in-with", "Give the code of a login link, or a token.");

    public static ProblemHttpResult LinkNotValid() => Problem.Of(
        401, "link-not-valid", "This link is not valid any more.", "Links work once and for a short time. Ask for a new one: atelier up prints it, or an administrator makes it.");

    public static ProblemHttpResult TokenNotValid() => Problem.Of(401, "token-not-valid", "This token is not valid.");

    public static ProblemHttpResult NameNotUsable() => Problem.Of(
        400, "name-not-usable", "This name cannot be used.", $"A name is one line of 1 to {DisplayName.MaxLength} characters.");

    public static ProblemHttpResult TokenNotFound(AccessTokenId id) => Problem.Of(404, "not-found", "You have no such token.", id.Value);

    public static ProblemHttpResult InviteNotFound(InviteId id) => Problem.Of(404, "not-found", "There is no such open invite.", id.Value);

    public static ProblemHttpResult NoSuchUserOrLastAdministrator(UserId id) => Problem.Of(
        409, "no-such-user-or-last-administrator", "This account cannot be changed so.", $"There is no open account {id}, or it is the last administrator's.");
}
