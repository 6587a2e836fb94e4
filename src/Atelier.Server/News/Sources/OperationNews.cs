using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Hosts;
using Atelier.Server.Repositories;
using Atelier.Server.Sessions;

namespace Atelier.Server.News.Sources;

/// <summary>How far something long has come. What became of it is seen at the thing it was done for.</summary>
internal sealed record OperationView(string OperationId, string Phase, long? Completed, long? Total, string State);

/// <summary>Progress of long operations. One begins with the id of the repository, session or program it is done for, and is shown to who may see that.</summary>
internal sealed class OperationNews(KnownRepositories repositories, SessionAccess sessions, ProgramCatalog programs) : INewsSource
{
    public const string Kind = "operation";

    /// <summary>Comes between the thing an operation is done for and what tells it from others.</summary>
    private const char After = '#';

    public string List => "operations";

    public Task<IReadOnlyList<ListedThing>> AllAsync(CurrentUser user, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ListedThing>>([]); // a host says again within a second how far it is

    public async Task<IReadOnlyList<NewsEvent>> TellAsync(NewsItem item, CurrentUser user, CancellationToken cancellationToken) =>
        item is { Kind: Kind, Signal: { } view }
        && (await repositories.RoleInAsync(user, new RepositoryId(ThingOf(item.SubjectId)), cancellationToken) is not null
            || await sessions.RoleOfAsync(user, ThingOf(item.SubjectId), cancellationToken) is not null
            || (user.IsAdministrator && await programs.FindAsync(new AgentProgramId(ThingOf(item.SubjectId)), cancellationToken) is not null))
            ? [new NewsEvent(Kind, item.SubjectId, view)]
            : [];

    public Task<IReadOnlyList<NewsEvent>> SignalsAsync(CurrentUser user, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NewsEvent>>([]);

    private static string ThingOf(string operation) => operation.Split(After)[0];
}

/// <summary>Passes on what hosts say about their long operations.</summary>
internal sealed class OperationProgress(NewsFeed feed) : IHostObserver
{
    public Task ProgressAsync(HostMachine host, ProgressNotice notice, CancellationToken cancellationToken)
    {
        feed.Signal(
            OperationNews.Kind,
            notice.OperationId,
            new OperationView(notice.OperationId, notice.Phase, notice.Completed, notice.Total, "running"));
        return Task.CompletedTask;
    }

    public Task HostLinkedAsync(HostMachine host, IReadOnlyList<WorkerReport> workers, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task HostUnlinkedAsync(HostMachine host, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WorkerChangedAsync(HostMachine host, WorkerReport report, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ActivityChangedAsync(HostMachine host, WorkerActivityNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;
}
