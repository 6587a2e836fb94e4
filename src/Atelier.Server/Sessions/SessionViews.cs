using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Sessions;

internal enum SessionStatus
{
    /// <summary>A worker of it runs, or is being started.</summary>
    Active,

    /// <summary>Nothing of it runs.</summary>
    Inactive,

    /// <summary>Its host has no link just now; what runs there goes on.</summary>
    Reconnecting,
}

internal enum WorkerViewStatus
{
    Starting,
    Running,
    Exited,
    Lost,

    /// <summary>It ran when its host was heard of last.</summary>
    Reconnecting,
}

/// <summary>A worker as people see it.</summary>
internal sealed record WorkerView(
    WorkerId Id,
    WorkerType Type,
    string Name,
    string? AgentProgramId,
    IReadOnlyList<string>? Command,
    WorkerViewStatus Status,
    ActivityState? ActivityState,
    int Epoch,
    int? ExitCode,
    string? Signal,
    DateTimeOffset CreatedAt);

/// <summary>A session as people see it.</summary>
internal sealed record SessionView(
    SessionId Id,
    SessionType Type,
    string? Title,
    HostId HostId,
    string LocationPath,
    string? RepositoryId,
    string? Branch,
    SessionStatus Status,
    UserId CreatedBy,
    Role? SharedRole,
    DateTimeOffset CreatedAt,
    IReadOnlyList<WorkerView> Workers)
{
    /// <summary>What whoever is shown it may do in it.</summary>
    public Role? Role { get; init; }
}

internal sealed record SessionReply(SessionView Session);

internal sealed record SessionsReply(IReadOnlyList<SessionView> Sessions);

internal sealed record WorkerReply(WorkerView Worker);

internal sealed record WorkersReply(IReadOnlyList<WorkerView> Workers);

/// <summary>Shows sessions: the rows, and whether their host can be heard now.</summary>
internal sealed class SessionViews(SessionStore sessions, SessionAccess access, HostLinks links)
{
    /// <summary>All sessions a person may see, as the rows are now.</summary>
    public async Task<IReadOnlyList<SessionView>> AllForAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        var shown = new List<SessionView>();
        foreach (var session in await sessions.AllAsync(cancellationToken))
        {
            if (await access.RoleInAsync(user, session, cancellationToken) is { } role)
            {
                shown.Add(Of(session, role));
            }
        }

        return shown;
    }

    /// <summary>A session as its rows are now; null when there is none.</summary>
    public Task<Session?> ReadAsync(SessionId id, CancellationToken cancellationToken) => sessions.FindAsync(id, cancellationToken);

    /// <summary>Sessions on branches of a repository, as their rows are now.</summary>
    public async Task<IReadOnlyList<Session>> OfRepositoryAsync(string repository, CancellationToken cancellationToken) =>
        [.. (await sessions.AllAsync(cancellationToken)).Where(session => session.RepositoryId == repository)];

    /// <summary>A session as somebody sees it who may.</summary>
    public async Task<SessionView> OfAsync(Session session, CurrentUser user, CancellationToken cancellationToken) =>
        Of(session, await access.RoleInAsync(user, session, cancellationToken));

    public SessionView Of(Session session, Role? role)
    {
        var isLinked = links.IsLinked(session.HostId);
        var runs = session.Workers.Exists(worker => worker.Status is WorkerStatus.Running or WorkerStatus.Starting);
        return new SessionView(
            session.Id,
            session.Type,
            session.Title,
            session.HostId,
            session.LocationPath,
            session.RepositoryId,
            session.Branch,
            !runs ? SessionStatus.Inactive : isLinked ? SessionStatus.Active : SessionStatus.Reconnecting,
            session.CreatedBy,
            session.SharedRole,
            session.CreatedAt,
            [.. session.Workers.Select(worker => Of(worker, isLinked))])
        {
            Role = role,
        };
    }

    public WorkerView Of(Session session, Worker worker) => Of(worker, links.IsLinked(session.HostId));

    private static WorkerView Of(Worker worker, bool isLinked) => new(
        worker.Id,
        worker.Type,
        worker.Name,
        worker.AgentProgramId,
        worker.Command,
        worker.Status == WorkerStatus.Running && !isLinked ? WorkerViewStatus.Reconnecting : Enum.Parse<WorkerViewStatus>(worker.Status.ToString()),
        worker.Type == WorkerType.Agent ? worker.Activity : null,
        worker.Epoch,
        worker.ExitCode,
        worker.Signal,
        worker.CreatedAt);
}
