using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;

namespace Atelier.Server.Repositories;

/// <summary>Which repository a directory of a host lies in, for whoever comes with a path instead of an id.</summary>
internal sealed class RepositoryDirectories(
    RepositoryStore repositories, RepositoryAccess access, AccessPolicy policy, HostMachines hosts, HostLinks links, AuditLog audit, TimeProvider clock)
{
    /// <summary>
    /// The repository of a directory as a person may see it, found by the paths that are known, else by asking the host; one that is not known yet is added where the
    /// person may run programs there. Null when there is none for them.
    /// </summary>
    /// <param name="hostId">The host; null for the server's own machine.</param>
    /// <param name="directory">Absolute path on the host.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HostOfflineException">The host cannot be asked.</exception>
    public async Task<Repository?> OpenAsync(string? hostId, string directory, CurrentUser user, CancellationToken cancellationToken)
    {
        if (await KnownAsync(hostId, directory, user, cancellationToken) is { } known)
        {
            return known;
        }

        if (!await policy.MayRunProgramsAsync(user, cancellationToken) || await hosts.FindAsync(hostId, cancellationToken) is not { } host)
        {
            return null; // whoever may not run programs on a host is not told what is there either
        }

        Repository repository;
        bool isKnown;
        try
        {
            (repository, isKnown) = await AtAsync(host, directory, cancellationToken);
        }
        catch (HostRefusedException)
        {
            return null; // no directory, or no repository
        }

        if (isKnown)
        {
            return await access.RoleOfAsync(user, repository.Id.Value, cancellationToken) is null ? null : repository;
        }

        await repositories.SaveAsync(repository, user.Id, cancellationToken);
        await audit.WriteAsync(
            new AuditEntry(user.Actor, "repository-added", "repository", repository.Id.Value, new { repository.Owner, repository.Name }), cancellationToken);
        return repository;
    }

    /// <summary>The repository in which a directory of a host lies: the one that is known, or one as it would be added.</summary>
    /// <exception cref="HostOfflineException">The host cannot be asked.</exception>
    /// <exception cref="HostRefusedException">There is no repository.</exception>
    public async Task<(Repository Repository, bool IsKnown)> AtAsync(HostMachine host, string directory, CancellationToken cancellationToken)
    {
        var facts = await links.Get(host.Id).RequestAsync(
            HostMethods.InspectRepository,
            new InspectRepositoryRequest(directory),
            HostJson.Default.InspectRepositoryRequest,
            HostJson.Default.RepositoryFacts,
            cancellationToken);
        if (await repositories.AtAsync(host.Id, facts.Path, cancellationToken) is { } known)
        {
            return (known, IsKnown: true);
        }

        var repository = new Repository
        {
            Id = RepositoryId.New(clock),
            Owner = "local",
            Name = Path.GetFileName(facts.Path),
            Provider = "directory",
            HostId = host.Id,
            Path = facts.Path,
            Url = facts.RemoteUrl,
            DefaultBranch = facts.DefaultBranch,
            Status = RepositoryStatus.Ready,
            CreatedAt = clock.GetUtcNow(),
        };
        return (repository, IsKnown: false);
    }

    /// <summary>The repository of a directory among those that are known and shown to a person; null when it lies in none of them.</summary>
    public async Task<Repository?> KnownAsync(string? hostId, string directory, CurrentUser user, CancellationToken cancellationToken)
    {
        var local = (await hosts.AllAsync(cancellationToken)).FirstOrDefault(host => host.IsLocal)?.Id;
        foreach (var repository in (await repositories.AllAsync(cancellationToken))
            .Where(one => one.Path is { } path && Holds(path, directory) && (hostId is null || one.HostId.Value == hostId))
            .OrderByDescending(one => one.Path?.Length).ThenByDescending(one => one.HostId == local))
        {
            if (await access.RoleOfAsync(user, repository.Id.Value, cancellationToken) is not null)
            {
                return repository;
            }
        }

        return null;
    }

    private static bool Holds(string top, string directory) =>
        directory == top || (directory.StartsWith(top, StringComparison.Ordinal) && directory[top.Length] == '/');
}
