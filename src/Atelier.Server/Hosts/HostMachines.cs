namespace Atelier.Server.Hosts;

/// <summary>The machines that other capabilities can ask for.</summary>
internal sealed class HostMachines(HostStore hosts)
{
    /// <summary>The machine of an id, or the server's own when no id is given; null when there is none (yet).</summary>
    public async Task<HostMachine?> FindAsync(string? id, CancellationToken cancellationToken) =>
        (await hosts.AllAsync(cancellationToken)).FirstOrDefault(host => id is null ? host.IsLocal : host.Id.Value == id);
}
