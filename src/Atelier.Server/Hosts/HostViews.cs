using Atelier.Server.Hosts.Links;

namespace Atelier.Server.Hosts;

/// <summary>A host as people see it.</summary>
internal sealed record HostView(HostId Id, string Name, bool IsLocal, bool IsOnline, string? Version, DateTimeOffset? LastSeenAt);

/// <summary>Shows hosts: the rows, and whether each can be heard now.</summary>
internal sealed class HostViews(HostStore hosts, HostLinks links)
{
    public async Task<IReadOnlyList<HostView>> AllAsync(CancellationToken cancellationToken) =>
        [.. (await hosts.AllAsync(cancellationToken)).Select(Of)];

    public async Task<HostView?> FindAsync(HostId id, CancellationToken cancellationToken) =>
        await hosts.FindAsync(id, cancellationToken) is { } host ? Of(host) : null;

    private HostView Of(HostMachine host) =>
        new(host.Id, host.Name, host.IsLocal, links.IsLinked(host.Id), host.Version, host.LastSeenAt);
}
