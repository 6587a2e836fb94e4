using Atelier.Server.Accounts.Login;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Accounts.Users;

/// <param name="DisplayName">How the person will be called until they choose otherwise.</param>
internal sealed record InviteRequest(string? DisplayName = null);

internal sealed record NewInvite(InviteId Id, string? DisplayName, DateTimeOffset ExpiresAt, string Url, string Code);

internal sealed record NewInviteAnswer(NewInvite Invite);

internal sealed record InvitesAnswer(IReadOnlyList<Invite> Invites);

internal sealed record AcceptInviteRequest(string? DisplayName = null);

internal static class InviteEndpoints
{
    public static void MapInvites(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/users", InviteUser).Requires(Access.Administrator);
        routes.MapGet("/api/invites", ListInvites).Requires(Access.Administrator);
        routes.MapDelete("/api/invites/{id}", WithdrawInvite).Requires(Access.Administrator);
        routes.MapPost("/api/invites/{code}/accept", AcceptInvite)
            .AllowAnonymousReason("The code from the link is the proof.")
            .RequireRateLimiting(LoginRate.Policy);
    }

    private static async Task<Results<Created<NewInviteAnswer>, ProblemHttpResult>> InviteUser(
        InviteRequest request,
        CurrentUser user,
        InviteStore invites,
        AuditLog audit,
        PublicAddress address,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (request.DisplayName is not null && DisplayName.Clean(request.DisplayName) is null)
        {
            return AccountProblems.NameNotUsable();
        }

        var (invite, code) = await invites.CreateAsync(
            user.Id, DisplayName.Clean(request.DisplayName), cancellationToken);
        await audit.WriteAsync(
            new AuditEntry(user.Actor, "user-invited", "invite", invite.Id.Value), cancellationToken);
        var url = new Uri(address.Of(context.Request), $"/invite#code={code.Text}");
        return TypedResults.Created(
            (string?)null,
            new NewInviteAnswer(new NewInvite(invite.Id, invite.DisplayName, invite.ExpiresAt, url.ToString(), code.Text)));
    }

    private static async Task<Ok<InvitesAnswer>> ListInvites(
        InviteStore invites, CancellationToken cancellationToken) =>
        TypedResults.Ok(new InvitesAnswer(await invites.OpenAsync(cancellationToken)));

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawInvite(
        InviteId id, CurrentUser user, InviteStore invites, AuditLog audit, CancellationToken cancellationToken)
    {
        if (!await invites.WithdrawAsync(id, cancellationToken))
        {
            return AccountProblems.InviteNotFound(id);
        }

        await audit.WriteAsync(new AuditEntry(user.Actor, "invite-withdrawn", "invite", id.Value), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<UserAnswer>, ProblemHttpResult>> AcceptInvite(
        string code,
        AcceptInviteRequest request,
        InviteStore invites,
        BrowserLogin browsers,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (request.DisplayName is not null && DisplayName.Clean(request.DisplayName) is null)
        {
            return AccountProblems.NameNotUsable();
        }

        if (await invites.AcceptAsync(new Secret(code), DisplayName.Clean(request.DisplayName), cancellationToken) is not { } user)
        {
            return AccountProblems.LinkNotValid();
        }

        await browsers.LogInAsync(context, user, cancellationToken);
        return TypedResults.Ok(new UserAnswer(user));
    }
}
