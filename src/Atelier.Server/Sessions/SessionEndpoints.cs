using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Sessions.Workers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Sessions;

internal static class SessionEndpoints
{
    private static readonly Dictionary<string, Role?> s_sharedRoles = new(StringComparer.OrdinalIgnoreCase)
    {
        ["none"] = null,
        ["viewer"] = Role.Viewer,
        ["editor"] = Role.Editor,
        ["owner"] = Role.Owner,
    };

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sessions", List).AllowAnyUser();
        routes.MapPost("/api/sessions", Create).AllowAnyUser();
        var session = routes.MapGroup("/api/sessions/{sessionId}");
        session.MapGet("", Get).Requires(Access.Session(Role.Viewer, "sessionId"));
        session.MapPatch("", Change).Requires(Access.Session(Role.Editor, "sessionId"));
        session.MapDelete("", Delete).Requires(Access.Session(Role.Editor, "sessionId"));
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
            CreateSessionReply.Created created => TypedResults.Created(
                $"/api/sessions/{created.Session.Id}", new SessionReply(await views.OfAsync(created.Session, user, cancellationToken))),
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

        if (request.Title?.Length > Session.MaxTitleLength)
        {
            return SessionProblems.Invalid($"A title has at most {Session.MaxTitleLength} characters.");
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

            if (!s_sharedRoles.TryGetValue(wanted, out shared))
            {
                return SessionProblems.Invalid("sharedRole is viewer, editor, owner or none.");
            }
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

        if (request.Title is not null)
        {
            await audit.WriteAsync(new AuditEntry(user.Actor, "session-renamed", "session", sessionId.Value, new { request.Title }), cancellationToken);
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
        SessionOwners sessions,
        SessionAccess access,
        SessionRemoval removal,
        AuditLog audit,
        CancellationToken cancellationToken,
        bool discardWork = false,
        bool keepWorktree = false)
    {
        // Any editor may end work on a branch (docs/decisions/0004); a quick session is its owner's.
        if (await sessions.FindAsync(sessionId) is { Current: { Type: SessionType.Quick } session }
            && await access.RoleInAsync(user, session, cancellationToken) < Role.Owner)
        {
            return SessionProblems.OnlyOwnersDelete();
        }

        if (await removal.RemoveAsync(sessionId, discardWork, keepWorktree, cancellationToken) is { } problem)
        {
            return problem;
        }

        await audit.WriteAsync(
            new AuditEntry(user.Actor, "session-deleted", "session", sessionId.Value, new { discardWork, keepWorktree }), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<SessionReply>, ProblemHttpResult>> Restart(
        SessionId sessionId,
        CurrentUser user,
        SessionOwners sessions,
        WorkerLaunches launches,
        SessionViews views,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(sessionId) is not { } owner)
        {
            return SessionProblems.NotFound();
        }

        var agents = owner.Current.Workers.FindAll(worker => worker.Type == WorkerType.Agent);
        if ((agents.Find(worker => worker.Status is WorkerStatus.Exited or WorkerStatus.Lost) ?? agents.FirstOrDefault()) is not { } agent)
        {
            return SessionProblems.NothingToRestart();
        }

        var launch = await launches.ForRestartAsync(owner.Current, agent, cancellationToken);
        if (launch.Problem is { } problem)
        {
            return problem;
        }

        var reply = await owner.RestartWorkerAsync(agent.Id, launch.Launch!, cancellationToken); // no problem, so there is one
        if (reply is ChangeWorkerReply.Changed)
        {
            await audit.WriteAsync(
                new AuditEntry(user.Actor, "worker-restarted", "worker", agent.Id.Value, new { session = sessionId.Value }), cancellationToken);
        }

        return reply switch
        {
            ChangeWorkerReply.Changed changed => TypedResults.Ok(new SessionReply(await views.OfAsync(changed.Session, user, cancellationToken))),
            ChangeWorkerReply.StillRunning => SessionProblems.StillRunning(),
            _ => SessionProblems.NotFound(),
        };
    }
}
