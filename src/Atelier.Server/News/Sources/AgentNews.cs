using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Infrastructure.News;

namespace Atelier.Server.News.Sources;

internal sealed record AgentChangedNews(AgentView Agent);

internal sealed record AgentRemovedNews(AgentId AgentId);

/// <summary>Agents as lists show them.</summary>
internal sealed class AgentNews(AgentListing agents, AgentAccess access) : INewsSource
{
    public string List => "agents";

    public async Task<IReadOnlyList<ListedThing>> AllAsync(CurrentUser user, CancellationToken cancellationToken) =>
        [.. (await agents.AllForAsync(user, cancellationToken)).Select(agent => new ListedThing(agent.Id.Value, agent))];

    public async Task<IReadOnlyList<NewsEvent>> TellAsync(NewsItem item, CurrentUser user, CancellationToken cancellationToken)
    {
        var id = new AgentId(item.SubjectId);
        switch (item.Kind)
        {
            case NewsLog.AgentChanged when await item.ThingAsync(() => agents.ReadAsync(id)) is { } agent:
                return [await ToldAsync(agent, user, cancellationToken)];
            case NewsLog.RepositoryChanged:
                // Its members may be others now, and with them who may see its agents.
                var told = new List<NewsEvent>();
                foreach (var agent in await agents.OfRepositoryAsync(item.SubjectId, cancellationToken))
                {
                    told.Add(await ToldAsync(agent, user, cancellationToken));
                }

                return told;
            case NewsLog.AgentChanged or NewsLog.AgentRemoved:
                return [Removed(id)];
            default:
                return [];
        }
    }

    public Task<IReadOnlyList<NewsEvent>> SignalsAsync(CurrentUser user, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<NewsEvent>>([]);

    private async Task<NewsEvent> ToldAsync(AgentView agent, CurrentUser user, CancellationToken cancellationToken) =>
        await access.RoleInAsync(user, agent, cancellationToken) is { } role
            ? new NewsEvent(NewsLog.AgentChanged, agent.Id.Value, new AgentChangedNews(agent with { Role = role }))
            : Removed(agent.Id);

    private static NewsEvent Removed(AgentId id) => new(NewsLog.AgentRemoved, id.Value, new AgentRemovedNews(id), IsRemoval: true);
}
