using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Sessions.Workers;

internal static class WorkerEndpoints
{
    private const int DefaultCols = 120;
    private const int DefaultRows = 30;
    private const int MaxCells = 1000;

    public static void MapWorkers(this IEndpointRouteBuilder routes)
    {
        var workers = routes.MapGroup("/api/sessions/{sessionId}/workers");
        workers.MapGet("", List).Requires(Access.Session(Role.Viewer, "sessionId"));
        workers.MapPost("", Add).Requires(Access.Session(Role.Editor, "sessionId"));
        workers.MapPatch("/{workerId}", Change).Requires(Access.Session(Role.Editor, "sessionId"));
        workers.MapDelete("/{workerId}", Remove).Requires(Access.Session(Role.Editor, "sessionId"));
        workers.MapPost("/{workerId}/restart", Restart).Requires(Access.Session(Role.Editor, "sessionId"));
    }

    private static async Task<Results<Ok<WorkersReply>, ProblemHttpResult>> List(SessionId sessionId, SessionOwners sessions, SessionViews views) =>
        await sessions.FindAsync(sessionId) is { } owner
            ? TypedResults.Ok(new WorkersReply(views.Of(owner.Current, role: null).Workers))
            : SessionProblems.NotFound();

    private static async Task<Results<Created<WorkerReply>, ProblemHttpResult>> Add(
        SessionId sessionId,
        CreateWorkerRequest request,
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

        var (cols, rows) = (request.Cols ?? DefaultCols, request.Rows ?? DefaultRows);
        if (cols is < 1 or > MaxCells || rows is < 1 or > MaxCells)
        {
            return SessionProblems.Invalid($"cols and rows are from 1 to {MaxCells}.");
        }

        var launch = await launches.ForNewAsync(owner.Current, request, cancellationToken);
        if (launch.Problem is { } problem)
        {
            return problem;
        }

        var reply = await owner.AddWorkerAsync(
            request.Type, request.Name, launch.Name, request.AgentProgramId, launch.Launch!, (cols, rows), cancellationToken); // no problem, so there is one
        if (reply is AddWorkerReply.Added { Worker: var worker })
        {
            await WriteAsync(audit, user, "worker-added", sessionId, worker.Id, cancellationToken);
        }

        return reply switch
        {
            AddWorkerReply.Added added => TypedResults.Created(
                $"/api/sessions/{sessionId}/workers/{added.Worker.Id}", new WorkerReply(views.Of(added.Session, added.Worker))),
            AddWorkerReply.Refused refused => SessionProblems.Refused(refused.Why),
            _ => SessionProblems.NotFound(),
        };
    }

    private static async Task<Results<Ok<WorkerReply>, ProblemHttpResult>> Change(
        SessionId sessionId,
        WorkerId workerId,
        ChangeWorkerRequest request,
        CurrentUser user,
        SessionOwners sessions,
        SessionViews views,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(sessionId) is not { } owner)
        {
            return SessionProblems.NotFound();
        }

        ChangeWorkerReply reply = owner.Current.Find(workerId) is { } worker
            ? new ChangeWorkerReply.Changed(owner.Current, worker)
            : new ChangeWorkerReply.NotFound();
        if (request.Name is { } name)
        {
            reply = await owner.RenameWorkerAsync(workerId, name, cancellationToken);
            if (reply is ChangeWorkerReply.Changed { Worker.Name: var renamed })
            {
                await audit.WriteAsync(
                    new AuditEntry(user.Actor, "worker-renamed", "worker", workerId.Value, new { session = sessionId.Value, name = renamed }), cancellationToken);
            }
        }

        if (reply is ChangeWorkerReply.Changed && request.Position is { } position)
        {
            reply = await owner.MoveWorkerAsync(workerId, position, cancellationToken);
            if (reply is ChangeWorkerReply.Changed)
            {
                await audit.WriteAsync(
                    new AuditEntry(user.Actor, "worker-moved", "worker", workerId.Value, new { session = sessionId.Value, position }), cancellationToken);
            }
        }

        return reply switch
        {
            ChangeWorkerReply.Changed changed => TypedResults.Ok(new WorkerReply(views.Of(changed.Session, changed.Worker))),
            ChangeWorkerReply.Refused refused => SessionProblems.Refused(refused.Why),
            _ => SessionProblems.WorkerNotFound(),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        SessionId sessionId, WorkerId workerId, CurrentUser user, SessionOwners sessions, AuditLog audit, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(sessionId) is not { } owner)
        {
            return SessionProblems.NotFound();
        }

        if (!await owner.RemoveWorkerAsync(workerId, cancellationToken))
        {
            return SessionProblems.WorkerNotFound();
        }

        await WriteAsync(audit, user, "worker-removed", sessionId, workerId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<WorkerReply>, ProblemHttpResult>> Restart(
        SessionId sessionId,
        WorkerId workerId,
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

        if (owner.Current.Find(workerId) is not { } worker)
        {
            return SessionProblems.WorkerNotFound();
        }

        var launch = await launches.ForRestartAsync(owner.Current, worker, cancellationToken);
        if (launch.Problem is { } problem)
        {
            return problem;
        }

        var reply = await owner.RestartWorkerAsync(workerId, launch.Launch!, cancellationToken); // no problem, so there is one
        if (reply is ChangeWorkerReply.Changed)
        {
            await WriteAsync(audit, user, "worker-restarted", sessionId, workerId, cancellationToken);
        }

        return reply switch
        {
            ChangeWorkerReply.Changed changed => TypedResults.Ok(new WorkerReply(views.Of(changed.Session, changed.Worker))),
            ChangeWorkerReply.StillRunning => SessionProblems.StillRunning(),
            _ => SessionProblems.WorkerNotFound(),
        };
    }

    private static Task WriteAsync(
        AuditLog audit, CurrentUser user, string action, SessionId session, WorkerId worker, CancellationToken cancellationToken) =>
        audit.WriteAsync(new AuditEntry(user.Actor, action, "worker", worker.Value, new { session = session.Value }), cancellationToken);
}
