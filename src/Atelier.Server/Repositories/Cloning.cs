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

    /// <summary>Clones once more what could not be cloned; as it is then, also when somebody else was quicker. Null when it is gone.</summary>
    public async Task<Repository?> TryAgainAsync(Repository failed, CancellationToken cancellationToken)
    {
        if (await repositories.TryAgainAsync(failed.Id, cancellationToken) is not { } repository)
        {
            return await repositories.FindAsync(failed.Id, cancellationToken);
        }

        Start(repository);
        return repository;
    }

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
                new CloneRepositoryRequest(repository.Id.Value, repository.Url!, OperationOf(repository)), // what is cloned has a URL
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

    /// <summary>The same whenever this try is asked for again, another for the next (HL8).</summary>
    private static string OperationOf(Repository repository) => $"{repository.Id}#{repository.CreatedAt.ToUnixTimeMilliseconds()}";

    [LoggerMessage(LogLevel.Warning, "Repository {Repository} was not cloned: {Reason}")]
    private partial void LogFailed(string repository, string reason);
}
