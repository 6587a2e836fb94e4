namespace Atelier.Server.Hosts;

/// <summary>The machines where code lives, for capabilities that place things on them.</summary>
internal sealed class HostMachines(HostStore store)
{
    public Task<IReadOnlyList<HostMachine>> AllAsync(CancellationToken cancellationToken) => store.AllAsync(cancellationToken);

    /// <summary>The host of that id, or the server's own machine where none is named; null when there is no such host.</summary>
    /// <exception cref="HostOfflineException">The server's own machine has never been a host yet.</exception>
    public async Task<HostMachine?> FindAsync(string? id, CancellationToken cancellationToken)
    {
        var all = await store.AllAsync(cancellationToken);
        return id is not null ? all.FirstOrDefault(host => host.Id.Value == id)
            : all.FirstOrDefault(host => host.IsLocal)
                ?? throw new HostOfflineException("The server's own machine is not a host yet; its daemon is being started.");
    }
}
