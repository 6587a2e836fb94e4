using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Inbox;
using Atelier.Server.Infrastructure.News;

namespace Atelier.Server.News.Sources;

internal sealed record InboxItemChangedNews(InboxEntry Item);

/// <summary>What waits for a person. An item goes with its agent, so that nothing tells that one is gone.</summary>
internal sealed class InboxNews(InboxListing inbox, AgentListing agents, AgentAccess access) : INewsSource
{
    public string List => "inboxItems";

    public async Task<IReadOnlyList<ListedThing>> AllAsync(CurrentUser user, CancellationToken cancellationToken) =>
        [.. (await inbox.OpenForAsync(user, cancellationToken)).Select(item => new ListedThing(item.Id.Value, InboxEntry.Of(item)))];

    public async Task<IReadOnlyList<NewsEvent>> TellAsync(NewsItem item, CurrentUser user, CancellationToken cancellationToken)
    {
        switch (item.Kind)
        {
            case NewsLog.InboxItemChanged when await item.ThingAsync(() => inbox.FindAsync(item.SubjectId, cancellationToken)) is { } changed:
                return await ToldAsync([changed], user, cancellationToken);
            case NewsLog.RepositoryChanged:
                // Its members may be others now; from who may not see an agent any more, its items go with it.
                return await ToldAsync(await inbox.OpenOfRepositoryAsync(item.SubjectId, cancellationToken), user, cancellationToken);
            default:
                return [];
        }
    }

    public Task<IReadOnlyList<NewsEvent>> SignalsAsync(CurrentUser user, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<NewsEvent>>([]);

    private async Task<IReadOnlyList<NewsEvent>> ToldAsync(IEnumerable<InboxItem> items, CurrentUser user, CancellationToken cancellationToken)
    {
        var told = new List<NewsEvent>();
        foreach (var item in items)
        {
            if (await agents.ReadAsync(item.AgentId) is { } agent && await access.RoleInAsync(user, agent, cancellationToken) is not null)
            {
                told.Add(new NewsEvent(NewsLog.InboxItemChanged, item.Id.Value, new InboxItemChangedNews(InboxEntry.Of(item))));
            }
        }

        return told;
    }
}
