using Atelier.Protocol.HostLink;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Hosts;

internal sealed record HostsReply(IReadOnlyList<HostView> Hosts);

internal static class HostEndpoints
{
    public static void MapHosts(this IEndpointRouteBuilder routes)
    {
        routes.MapHostLink();
        routes.MapGet("/api/hosts", List).AllowAnyUser();
        routes.MapGet("/api/hosts/{hostId}/directories", Directories).Requires(Access.RunsPrograms);
    }

    private static async Task<Ok<HostsReply>> List(HostViews hosts, CancellationToken cancellationToken) =>
        TypedResults.Ok(new HostsReply(await hosts.AllAsync(cancellationToken)));

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
