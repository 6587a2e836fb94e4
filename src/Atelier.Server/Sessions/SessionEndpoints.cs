using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Sessions.Workers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Sessions;

internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sessions", List).AllowAnyUser();
        routes.MapPost("/api/sessions", Create).AllowAnyUser();
        var session = routes.MapGroup("/api/sessions/{sessionId}");
        session.MapGet("", Get).Requires(Access.Session(Role.Viewer, "sessionId"));
        session.MapPatch("", Change).Requires(Access.Session(Role.Editor, "sessionId"));
        session.MapDelete("", Delete).Requires(Access.Session(Role.Owner, "sessionId"));
        session.MapPost("/restart", Restart).Requires(Access.Session(Role.Editor, "sessionId"));
    }

    private static async Task<Ok<SessionsReply>> List(CurrentUser user, SessionViews views, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SessionsReply(await views.AllForAsync(user, cancellationToken)));

    private static async Task<Results<Created<SessionReply>, ProblemHttpResult>> Create(
        CreateSessionRequest request, CurrentUser user, SessionCreation creation, SessionViews views, AuditLog audit, CancellationToken cancellationToken)
    {
        var reply = await creation.CreateAsync(request, user, cancellationToken);
        if (reply is CreateSessionReply.Created made)
        {
            await audit.WriteAsync(
                new AuditEntry(user.Actor, "session-created", "session", made.Session.Id.Value, new { made.Session.LocationPath, made.Session.Branch }), cancellationToken);
        }

        return reply switch
        {
            CreateSessionReply.Created created => TypedResults.Created($"/api/sessions/{created.Session.Id}", new SessionReply(views.Of(created.Session, Role.Owner))),
            CreateSessionReply.Refused refused => refused.Problem,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<Results<Ok<SessionReply>, ProblemHttpResult>> Get(
        SessionId sessionId, CurrentUser user, SessionOwners sessions, SessionViews views, CancellationToken cancellationToken) =>
        await sessions.FindAsync(sessionId) is { } owner
            ? TypedResults.Ok(new SessionReply(await views.OfAsync(owner.Current, user, cancellationToken)))
            : SessionProblems.NotFound();

    private static async Task<Results<Ok<SessionReply>, ProblemHttpResult>> Change(
        SessionId sessionId,
        ChangeSessionRequest request,
        CurrentUser user,
        SessionOwners sessions,
        SessionAccess access,
        AccessChanges changes,
        AuditLog audit,
        SessionViews views,
        CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(sessionId) is not { } owner)
        {
            return SessionProblems.NotFound();
        }

        Role? shared = null;
        if (request.SharedRole is { } wanted)
        {
            if (owner.Current.Type != SessionType.Quick)
            {
                return SessionProblems.Invalid("A worktree session is shared through its repository.");
            }

            if (await access.RoleInAsync(user, owner.Current, cancellationToken) < Role.Owner)
            {
                return SessionProblems.OnlyOwnersShare();
            }

            if (wanted != "none" && !Enum.TryParse(wanted, ignoreCase: true, out Role role))
            {
                return SessionProblems.Invalid("sharedRole is viewer, editor, owner or none.");
            }

            shared = wanted == "none" ? null : Enum.Parse<Role>(wanted, ignoreCase: true);
        }

        var changed = await owner.UpdateAsync(
            session => session with
            {
                Title = request.Title switch { null => session.Title, "" => null, var title => title },
                SharedRole = request.SharedRole is null ? session.SharedRole : shared,
            },
            cancellationToken);
        if (changed is null)
        {
            return SessionProblems.NotFound();
        }

        if (request.SharedRole is not null)
        {
            await changes.TellAsync();
            await audit.WriteAsync(new AuditEntry(user.Actor, "session-shared", "session", sessionId.Value, new { request.SharedRole }), cancellationToken);
        }

        return TypedResults.Ok(new SessionReply(await views.OfAsync(changed, user, cancellationToken)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        SessionId sessionId,
        CurrentUser user,
        SessionRemoval removal,
        AuditLog audit,
        CancellationToken cancellationToken,
        bool discardWork = false,
        bool keepWorktree = false)
    {
        if (await removal.RemoveAsync(sessionId, discardWork, keepWorktree, cancellationToken) is { } problem)
        {
            return problem;
        }

        await audit.WriteAsync(
            new AuditEntry(user.Actor, "session-deleted", "session", sessionId.Value, new { discardWork, keepWorktree }), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<SessionReply>, ProblemHttpResult>> Restart(
        SessionId sessionId, CurrentUser user, SessionOwners sessions, WorkerLaunches launches, SessionViews views, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(sessionId) is not { } owner)
        {
            return SessionProblems.NotFound();
        }

        if (owner.Current.Workers.Find(worker => worker.Type == WorkerType.Agent) is not { } agent)
        {
            return SessionProblems.NothingToRestart();
        }

        var launch = await launches.ForRestartAsync(owner.Current, agent, cancellationToken);
        if (launch.Problem is { } problem)
        {
            return problem;
        }

        return await owner.RestartWorkerAsync(agent.Id, launch.Launch!, cancellationToken) switch // no problem, so there is one
        {
            ChangeWorkerReply.Changed changed => TypedResults.Ok(new SessionReply(await views.OfAsync(changed.Session, user, cancellationToken))),
            ChangeWorkerReply.StillRunning => SessionProblems.StillRunning(),
            _ => SessionProblems.NotFound(),
        };
    }
}
