using Atelier.Server.Accounts;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.News;
using Atelier.Server.Sessions;

namespace Atelier.Server.News.Sources;

internal sealed record HostChangedNews(HostView Host);

/// <summary>Hosts, shown to everybody. When one comes or goes, its sessions look different too.</summary>
internal sealed class HostNews(HostViews hosts, SessionViews sessions) : INewsSource
{
    public string List => "hosts";

    public async Task<IReadOnlyList<ListedThing>> AllAsync(CurrentUser user, CancellationToken cancellationToken) =>
        [.. (await hosts.AllAsync(cancellationToken)).Select(host => new ListedThing(host.Id.Value, host))];

    public async Task<IReadOnlyList<NewsEvent>> TellAsync(NewsItem item, CurrentUser user, CancellationToken cancellationToken)
    {
        if (item.Kind != NewsLog.HostChanged)
        {
            return [];
        }

        if (await item.ThingAsync(() => hosts.FindAsync(new HostId(item.SubjectId), cancellationToken)) is not { } host)
        {
            return [];
        }

        var onIt = (await sessions.AllForAsync(user, cancellationToken))
            .Where(session => session.HostId == host.Id && session.Status != SessionStatus.Inactive);
        return [.. onIt.Select(SessionNews.Changed), new NewsEvent(NewsLog.HostChanged, host.Id.Value, new HostChangedNews(host))];
    }

    public Task<IReadOnlyList<NewsEvent>> SignalsAsync(CurrentUser user, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NewsEvent>>([]); // links that came or went are told like stored news
}
