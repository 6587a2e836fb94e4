using Atelier.Protocol.HostLink;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Npgsql;

namespace Atelier.Server.Repositories;

/// <summary>Clones what is to be cloned, also what a restart of anything has interrupted: asking the host again joins the work.</summary>
internal sealed partial class Cloning(RepositoryStore repositories, HostLinks links, ILogger<Cloning> logger) : IHostObserver
{
    /// <summary>Starts, or joins, the cloning of a repository; it goes on by itself.</summary>
    public void Start(Repository repository) => _ = CloneAsync(repository);

    public async Task HostLinkedAsync(HostMachine host, IReadOnlyList<WorkerReport> workers, CancellationToken cancellationToken)
    {
        foreach (var repository in await repositories.AllAsync(cancellationToken))
        {
            if (repository.Status == RepositoryStatus.Cloning && repository.HostId == host.Id)
            {
                _ = WhenLinkedAsync(repository);
            }
        }
    }

    public Task HostUnlinkedAsync(HostMachine host, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WorkerChangedAsync(HostMachine host, WorkerReport report, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ActivityChangedAsync(HostMachine host, WorkerActivityNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ProgressAsync(HostMachine host, ProgressNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task WhenLinkedAsync(Repository repository)
    {
        await links.WaitForAsync(repository.HostId, CancellationToken.None);
        await CloneAsync(repository);
    }

    private async Task CloneAsync(Repository repository)
    {
        try
        {
            var facts = await links.Get(repository.HostId).RequestAsync(
                HostMethods.CloneRepository,
                new CloneRepositoryRequest(repository.Id.Value, repository.Url!, repository.Id.Value), // what is cloned has a URL
                HostJson.Default.CloneRepositoryRequest,
                HostJson.Default.RepositoryFacts,
                CancellationToken.None,
                isLong: true);
            await repositories.SaveAsync(
                repository with { Status = RepositoryStatus.Ready, Path = facts.Path, DefaultBranch = facts.DefaultBranch },
                creator: null,
                CancellationToken.None);
        }
        catch (HostOfflineException)
        {
            // The next link takes it up again.
        }
        catch (HostRefusedException refusal)
        {
            LogFailed(repository.Id.Value, refusal.Message);
            await repositories.SaveAsync(
                repository with { Status = RepositoryStatus.Failed, Problem = refusal.Message }, creator: null, CancellationToken.None);
        }
        catch (NpgsqlException away)
        {
            LogFailed(repository.Id.Value, away.Message); // still "cloning": taken up again with the next link
        }
    }

    [LoggerMessage(LogLevel.Warning, "Repository {Repository} was not cloned: {Reason}")]
    private partial void LogFailed(string repository, string reason);
}
