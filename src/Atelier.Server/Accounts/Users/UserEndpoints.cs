using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Accounts.Users;

internal sealed record UserAnswer(User User);

/// <summary>Who calls.</summary>
/// <param name="User">The account.</param>
/// <param name="MayRunPrograms">Whether they may list a host's folders, and have sessions and repositories there.</param>
internal sealed record MeAnswer(User User, bool MayRunPrograms);

internal sealed record UsersAnswer(IReadOnlyList<User> Users);

internal sealed record ChangeMeRequest(string DisplayName);

internal sealed record ChangeUserRequest(bool IsAdministrator);

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/me", GetMe).AllowAnyUser();
        routes.MapPatch("/api/me", ChangeMe).AllowAnyUser();
        routes.MapGet("/api/users", ListUsers).AllowAnyUser();
        routes.MapPatch("/api/users/{id}", ChangeUser).Requires(Access.Administrator);
        routes.MapDelete("/api/users/{id}", CloseUser).Requires(Access.Administrator);
    }

    private static async Task<Ok<MeAnswer>> GetMe(CurrentUser user, AccessPolicy policy, CancellationToken cancellationToken) =>
        TypedResults.Ok(new MeAnswer(user.User, await policy.MayRunProgramsAsync(user, cancellationToken)));

    private static async Task<Results<Ok<UserAnswer>, ProblemHttpResult>> ChangeMe(
        CurrentUser user, ChangeMeRequest request, UserStore users, AuditLog audit, CancellationToken cancellationToken)
    {
        if (DisplayName.Clean(request.DisplayName) is not { } name)
        {
            return AccountProblems.NameNotUsable();
        }

        var renamed = await users.RenameAsync(user.Id, name, cancellationToken) ?? user.User;
        await audit.WriteAsync(
            new AuditEntry(user.Actor, "user-renamed", "user", user.Id.Value, new { name }), cancellationToken);
        return TypedResults.Ok(new UserAnswer(renamed));
    }

    private static async Task<Ok<UsersAnswer>> ListUsers(UserStore users, CancellationToken cancellationToken) =>
        TypedResults.Ok(new UsersAnswer(await users.AllAsync(cancellationToken)));

    private static async Task<Results<Ok<UserAnswer>, ProblemHttpResult>> ChangeUser(
        UserId id,
        CurrentUser user,
        ChangeUserRequest request,
        UserStore users,
        AuditLog audit,
        AccessChanges access,
        CancellationToken cancellationToken)
    {
        if (await users.SetAdministratorAsync(id, request.IsAdministrator, cancellationToken) is not { } changed)
        {
            return AccountProblems.NoSuchUserOrLastAdministrator(id);
        }

        await access.TellAsync();
        await audit.WriteAsync(
            new AuditEntry(user.Actor, "user-changed", "user", id.Value, new { request.IsAdministrator }),
            cancellationToken);
        return TypedResults.Ok(new UserAnswer(changed));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> CloseUser(
        UserId id, CurrentUser user, UserStore users, AuditLog audit, AccessChanges access, CancellationToken cancellationToken)
    {
        if (!await users.CloseAsync(id, cancellationToken))
        {
            return AccountProblems.NoSuchUserOrLastAdministrator(id);
        }

        await access.TellAsync();
        await audit.WriteAsync(new AuditEntry(user.Actor, "user-closed", "user", id.Value), cancellationToken);
        return TypedResults.NoContent();
    }
}
