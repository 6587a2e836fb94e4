using Atelier.Server.Accounts;
using Atelier.Server.AgentPrograms;
using Atelier.Server.AgentPrograms.Installing;
using Atelier.Server.Infrastructure.News;

namespace Atelier.Server.News.Sources;

internal sealed record AgentProgramRemovedNews(AgentProgramId AgentProgramId);

/// <summary>Agent programs, shown to everybody.</summary>
internal sealed class AgentProgramNews(ProgramCatalog programs) : INewsSource
{
    public string List => "agentPrograms";

    public async Task<IReadOnlyList<ListedThing>> AllAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        var all = await programs.AllAsync(cancellationToken);
        var installed = await programs.InstalledAsync(all, cancellationToken);
        return [.. all.Select(program => new ListedThing(program.Id.Value, AgentProgramView.Of(program, installed)))];
    }

    public async Task<IReadOnlyList<NewsEvent>> TellAsync(NewsItem item, CurrentUser user, CancellationToken cancellationToken)
    {
        if (item.Kind == NewsLog.HostChanged)
        {
            // What is installed is known with the host.
            return [.. (await AllAsync(user, cancellationToken)).Select(program => Changed((AgentProgramView)program.View))];
        }

        if (item.Kind is not (NewsLog.AgentProgramChanged or NewsLog.AgentProgramRemoved))
        {
            return [];
        }

        var id = new AgentProgramId(item.SubjectId);
        return await programs.FindAsync(id, cancellationToken) is { } program
            ? [Changed(AgentProgramView.Of(program, await InstalledAsync(cancellationToken)))]
            : [new NewsEvent(NewsLog.AgentProgramRemoved, id.Value, new AgentProgramRemovedNews(id), IsRemoval: true)];
    }

    public Task<IReadOnlyList<NewsEvent>> SignalsAsync(CurrentUser user, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NewsEvent>>([]);

    private static NewsEvent Changed(AgentProgramView program) =>
        new(NewsLog.AgentProgramChanged, program.Id.Value, new AgentProgramReply(program));

    private async Task<FoundPrograms> InstalledAsync(CancellationToken cancellationToken) =>
        await programs.InstalledAsync(await programs.AllAsync(cancellationToken), cancellationToken);
}
