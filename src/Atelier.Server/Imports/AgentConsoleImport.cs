using Atelier.Server.Accounts;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.News;
using Atelier.Server.Repositories;
using Atelier.Server.Sessions;
using Npgsql;

namespace Atelier.Server.Imports;

/// <summary>Takes over what an agent-console folder held: all of it or nothing, in one transaction.</summary>
/// <remarks>It starts and ends no process; that of the folder's own processes is for who can see them, the CLI.</remarks>
internal sealed class AgentConsoleImport(
    NpgsqlDataSource database,
    ImportStore records,
    ImportedPlaces places,
    HostMachines hosts,
    KnownRepositories repositories,
    ProgramCatalog programs,
    SessionOwners sessions,
    AuditLog audit,
    TimeProvider clock)
{
    public async Task<ImportPlan> RunAsync(AgentConsoleRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        var host = await hosts.FindAsync(id: null, cancellationToken)
            ?? throw new HostOfflineException("The server's own machine is not a host yet; its daemon is being started.");
        var facts = await places.LookAsync(host.Id, request, cancellationToken);

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ImportStore.TakeTurnAsync(connection, cancellationToken);
        var known = await KnownAsync(connection, host.Id, request, cancellationToken);
        var plan = new AgentConsolePlanner(known, facts, host.Id, user.Id, clock.GetUtcNow()).Plan(request);
        await StoreAsync(connection, plan, user, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        programs.Forget();
        return plan;
    }

    private async Task<ImportKnowledge> KnownAsync(
        NpgsqlConnection connection, HostId host, AgentConsoleRequest request, CancellationToken cancellationToken) => new(
        await ImportStore.SubjectsAsync(connection, cancellationToken),
        [.. (await repositories.AllAsync(cancellationToken)).Where(repository => repository.HostId == host)],
        (await programs.AllAsync(cancellationToken)).Select(program => program.Id.Value).ToHashSet(StringComparer.Ordinal),
        await sessions.KnownSessionsAsync([.. request.Sessions.Select(session => session.Id)], cancellationToken),
        await sessions.KnownWorkersAsync([.. request.Sessions.SelectMany(session => session.Workers).Select(worker => worker.Id)], cancellationToken));

    private async Task StoreAsync(NpgsqlConnection connection, ImportPlan plan, CurrentUser user, CancellationToken cancellationToken)
    {
        foreach (var repository in plan.AddedRepositories)
        {
            await KnownRepositories.AddAsync(connection, repository, user.Id, cancellationToken);
        }

        foreach (var repository in plan.FoundRepositories)
        {
            await KnownRepositories.ChangeAsync(connection, repository, cancellationToken);
        }

        foreach (var program in plan.Programs)
        {
            await programs.AddAsync(connection, program, user.Id, cancellationToken);
        }

        foreach (var session in plan.Sessions)
        {
            await SessionOwners.AddAsync(connection, session, cancellationToken);
        }

        foreach (var record in plan.Records)
        {
            await records.AddAsync(connection, record, user.Id, cancellationToken);
        }

        await audit.WriteAsync(
            connection, new AuditEntry(user.Actor, "imported", "import", "agent-console", plan.Counts), cancellationToken);
        await TellAsync(connection, NewsLog.RepositoryChanged, plan.AddedRepositories.Concat(plan.FoundRepositories).Select(one => one.Id.Value), cancellationToken);
        await TellAsync(connection, NewsLog.AgentProgramChanged, plan.Programs.Select(one => one.Id.Value), cancellationToken);
        await TellAsync(connection, NewsLog.SessionChanged, plan.Sessions.Select(one => one.Id.Value), cancellationToken);
    }

    private async Task TellAsync(NpgsqlConnection connection, string kind, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
        {
            await connection.TellAsync(kind, id, clock.GetUtcNow(), cancellationToken);
        }
    }
}
