using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.News;
using Atelier.Server.Sessions;

namespace Atelier.Server.News.Sources;

internal sealed record SessionChangedNews(SessionView Session);

internal sealed record SessionRemovedNews(SessionId SessionId);

internal sealed record WorkerActivityNews(SessionId SessionId, string WorkerId, ActivityState ActivityState);

/// <summary>Sessions with their workers, and what their agents do.</summary>
internal sealed class SessionNews(SessionViews sessions, SessionAccess access) : INewsSource
{
    public string List => "sessions";

    public static NewsEvent Changed(SessionView session) => new(NewsLog.SessionChanged, session.Id.Value, new SessionChangedNews(session));

    public async Task<IReadOnlyList<ListedThing>> AllAsync(CurrentUser user, CancellationToken cancellationToken) =>
        [.. (await sessions.AllForAsync(user, cancellationToken)).Select(session => new ListedThing(session.Id.Value, session))];

    public async Task<IReadOnlyList<NewsEvent>> TellAsync(NewsItem item, CurrentUser user, CancellationToken cancellationToken)
    {
        var id = new SessionId(item.SubjectId);
        switch (item.Kind)
        {
            case NewsLog.SessionChanged when await item.ThingAsync(() => sessions.ReadAsync(id, cancellationToken)) is { } session:
                return [await ToldAsync(session, user, cancellationToken)];
            case NewsLog.RepositoryChanged:
                // Its members may be others now, and with them who may see its sessions.
                return await ToldAsync(await sessions.OfRepositoryAsync(item.SubjectId, cancellationToken), user, cancellationToken);
            case NewsLog.SessionChanged or NewsLog.SessionRemoved:
                return [Removed(id)];
            case NewsFeed.WorkerActivity when item.Signal is { } signal:
                return await access.RoleOfAsync(user, id.Value, cancellationToken) is null ? [] : [new NewsEvent(item.Kind, id.Value, signal)];
            default:
                return [];
        }
    }

    public async Task<IReadOnlyList<NewsEvent>> SignalsAsync(CurrentUser user, CancellationToken cancellationToken) =>
    [
        .. from session in await sessions.AllForAsync(user, cancellationToken)
           from worker in session.Workers
           where worker.ActivityState is not null && worker.Status == WorkerViewStatus.Running
           select new NewsEvent(
               NewsFeed.WorkerActivity,
               session.Id.Value,
               new WorkerActivityNews(session.Id, worker.Id.Value, worker.ActivityState.GetValueOrDefault())),
    ];

    private async Task<IReadOnlyList<NewsEvent>> ToldAsync(IEnumerable<Session> all, CurrentUser user, CancellationToken cancellationToken)
    {
        var told = new List<NewsEvent>();
        foreach (var session in all)
        {
            told.Add(await ToldAsync(session, user, cancellationToken));
        }

        return told;
    }

    private async Task<NewsEvent> ToldAsync(Session session, CurrentUser user, CancellationToken cancellationToken) =>
        await access.RoleInAsync(user, session, cancellationToken) is { } role ? Changed(sessions.Of(session, role)) : Removed(session.Id);

    private static NewsEvent Removed(SessionId id) => new(NewsLog.SessionRemoved, id.Value, new SessionRemovedNews(id), IsRemoval: true);
}
