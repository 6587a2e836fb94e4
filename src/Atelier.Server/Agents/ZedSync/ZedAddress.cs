using System.Net;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Says under which address a Zed on a host reaches this server: host and port, and whether by TLS.</summary>
internal delegate Task<(string Server, bool IsTls)> ZedAddressOf(string hostId, CancellationToken cancellationToken);

/// <summary>Under which address a Zed on a host reaches this server.</summary>
internal sealed class ZedAddress(IServer server, IOptions<ServerOptions> options, HostMachines hosts)
{
    /// <summary>Host and port, and whether by TLS: on this machine the port that is listened on, elsewhere the public address.</summary>
    /// <exception cref="HostRefusedException">There is none.</exception>
    public async Task<(string Server, bool IsTls)> ForAsync(string hostId, CancellationToken cancellationToken)
    {
        var host = await hosts.FindAsync(hostId, cancellationToken);
        if (options.Value.PublicUrl is { } url && host is not { IsLocal: true })
        {
            return ($"{url.Host}:{url.Port}", url.Scheme == Uri.UriSchemeHttps);
        }

        var own = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return own is not null && Uri.TryCreate(own, UriKind.Absolute, out var listening)
            ? ($"{NameOf(listening)}:{listening.Port}", listening.Scheme == Uri.UriSchemeHttps)
            : throw new HostOfflineException("The server does not listen yet.");
    }

    private static string NameOf(Uri address) =>
        IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)) ? "127.0.0.1" : address.Host;
}
