using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Repositories;

/// <summary>Gives a new installation a repository to try things on, once: as soon as the server's own machine is linked, if there is no other by then.</summary>
internal sealed partial class SampleOffer(
    RepositoryStore repositories, HostLinks links, Administrators administrators, IOptions<RepositoriesOptions> options, TimeProvider clock, ILogger<SampleOffer> logger)
    : IHostObserver
{
    public Task HostLinkedAsync(HostMachine host, IReadOnlyList<WorkerReport> workers, CancellationToken cancellationToken)
    {
        if (host.IsLocal && options.Value.Sample)
        {
            _ = OfferAsync(host); // it asks the host, which hears of nothing before it is greeted
        }

        return Task.CompletedTask;
    }

    public Task HostUnlinkedAsync(HostMachine host, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WorkerChangedAsync(HostMachine host, WorkerReport report, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ActivityChangedAsync(HostMachine host, WorkerActivityNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ProgressAsync(HostMachine host, ProgressNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task OfferAsync(HostMachine host)
    {
        try
        {
            if (await repositories.SampleWasOfferedAsync(CancellationToken.None) || await administrators.FirstAsync(CancellationToken.None) is not { } creator)
            {
                return;
            }

            if ((await repositories.AllAsync(CancellationToken.None)).Count == 0)
            {
                await MakeAsync(host, creator);
            }

            await repositories.SampleOfferedAsync(CancellationToken.None);
        }
        catch (Exception later) when (later is HostOfflineException or HostRefusedException or NpgsqlException)
        {
            LogNotMade(later.Message); // the next link tries again
        }
    }

    private async Task MakeAsync(HostMachine host, User creator)
    {
        var facts = await (await links.WaitForAsync(host.Id, CancellationToken.None)).RequestAsync(
            HostMethods.MakeSample, new MakeSampleRequest(), HostJson.Default.MakeSampleRequest, HostJson.Default.RepositoryFacts, CancellationToken.None);
        await repositories.SaveAsync(
            new Repository
            {
                Id = RepositoryId.New(clock),
                Owner = "local",
                Name = Path.GetFileName(facts.Path),
                Provider = "directory",
                HostId = host.Id,
                Path = facts.Path,
                DefaultBranch = facts.DefaultBranch,
                Status = RepositoryStatus.Ready,
                CreatedAt = clock.GetUtcNow(),
            },
            creator.Id,
            CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Information, "The sample repository is not made yet: {Reason}")]
    private partial void LogNotMade(string reason);
}
