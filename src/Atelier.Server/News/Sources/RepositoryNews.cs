using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.News;
using Atelier.Server.Repositories;

namespace Atelier.Server.News.Sources;

internal sealed record RepositoryRemovedNews(RepositoryId RepositoryId);

/// <summary>Repositories, shown to their members.</summary>
internal sealed class RepositoryNews(KnownRepositories repositories) : INewsSource
{
    public string List => "repositories";

    public async Task<IReadOnlyList<ListedThing>> AllAsync(CurrentUser user, CancellationToken cancellationToken) =>
        [.. (await repositories.ShowAllAsync(user, cancellationToken)).Select(one => new ListedThing(one.Id.Value, one))];

    public async Task<IReadOnlyList<NewsEvent>> TellAsync(NewsItem item, CurrentUser user, CancellationToken cancellationToken)
    {
        if (item.Kind is not (NewsLog.RepositoryChanged or NewsLog.RepositoryRemoved))
        {
            return [];
        }

        var id = new RepositoryId(item.SubjectId);
        return
        [
            await repositories.ShowAsync(user, id, cancellationToken) is { } repository
                ? new NewsEvent(NewsLog.RepositoryChanged, id.Value, new RepositoryReply(repository))
                : new NewsEvent(NewsLog.RepositoryRemoved, id.Value, new RepositoryRemovedNews(id), IsRemoval: true),
        ];
    }

    public Task<IReadOnlyList<NewsEvent>> SignalsAsync(CurrentUser user, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NewsEvent>>([]);
}
