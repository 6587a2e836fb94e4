using Atelier.Protocol.HostLink;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Hosts;

/// <summary>A host as people see it.</summary>
internal sealed record HostView(HostId Id, string Name, bool IsLocal, bool IsOnline, string? Version, DateTimeOffset? LastSeenAt)
{
    public static HostView Of(HostMachine host, HostLinks links) =>
        new(host.Id, host.Name, host.IsLocal, links.IsLinked(host.Id), host.Version, host.LastSeenAt);
}

internal sealed record HostsReply(IReadOnlyList<HostView> Hosts);

internal static class HostEndpoints
{
    public static void MapHosts(this IEndpointRouteBuilder routes)
    {
        routes.MapHostLink();
        routes.MapGet("/api/hosts", List).AllowAnyUser();
        routes.MapGet("/api/hosts/{hostId}/directories", Directories).AllowAnyUser();
    }

    private static async Task<Ok<HostsReply>> List(HostStore hosts, HostLinks links, CancellationToken cancellationToken) =>
        TypedResults.Ok(new HostsReply([.. (await hosts.AllAsync(cancellationToken)).Select(host => HostView.Of(host, links))]));

    private static async Task<Results<Ok<DirectoryListing>, ProblemHttpResult>> Directories(
        HostId hostId, HostStore hosts, HostLinks links, CancellationToken cancellationToken, string? path = null, bool hidden = false)
    {
        if (await hosts.FindAsync(hostId, cancellationToken) is null)
        {
            return HostProblems.NotFound(hostId);
        }

        return TypedResults.Ok(await links.Get(hostId).RequestAsync(
            HostMethods.ListDirectory,
            new ListDirectoryRequest(path, hidden),
            HostJson.Default.ListDirectoryRequest,
            HostJson.Default.DirectoryListing,
            cancellationToken));
    }
}
