using System.Net;

namespace Atelier.Server.Infrastructure.Web;

internal enum AddressRefusal
{
    None,
    UnknownHost,
    ForeignOrigin,
}

/// <summary>Which names the server answers to, and which pages may call it.</summary>
/// <remarks>
/// A page of somebody else can make a browser send requests here: by its own name pointed at this machine (the Host
/// header then has that name), or across origins (the Origin header then has that page's). Hosts are compared by name,
/// as some clients send no port and tunnels change it; origins with their port, as another port on this machine is
/// another program.
/// </remarks>
internal sealed class CallerAddresses
{
    private readonly HashSet<string> _names = new(
        ["localhost", "127.0.0.1", "[::1]"], StringComparer.OrdinalIgnoreCase);
    private readonly string? _publicOrigin;

    public CallerAddresses(IPAddress bind, Uri? publicUrl, IEnumerable<string> hostNames)
    {
        if (!bind.Equals(IPAddress.Any) && !bind.Equals(IPAddress.IPv6Any))
        {
            _names.Add(bind.ToString() is var text && text.Contains(':') ? $"[{text}]" : text);
        }

        if (publicUrl is not null)
        {
            _names.Add(publicUrl.Host);
            _publicOrigin = publicUrl.GetLeftPart(UriPartial.Authority);
        }

        _names.UnionWith(hostNames);
    }

    /// <param name="host">The Host header.</param>
    /// <param name="origin">The Origin header; null when there is none, as from programs.</param>
    /// <param name="isSocketWithCookie">
    /// Browsers always say where a socket comes from; one without that is none.
    /// </param>
    public AddressRefusal Check(HostString host, string? origin, bool isSocketWithCookie)
    {
        if (!host.HasValue || !_names.Contains(host.Host))
        {
            return AddressRefusal.UnknownHost;
        }

        if (origin is null)
        {
            return isSocketWithCookie ? AddressRefusal.ForeignOrigin : AddressRefusal.None;
        }

        return string.Equals(origin, _publicOrigin, StringComparison.OrdinalIgnoreCase) || IsSame(origin, host)
            ? AddressRefusal.None
            : AddressRefusal.ForeignOrigin;
    }

    private static bool IsSame(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && page.Scheme is "http" or "https"
        && string.Equals(page.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase)
        && string.Equals(page.Host, host.Host, StringComparison.OrdinalIgnoreCase)
        && page.Port == (host.Port ?? (page.Scheme == "https" ? 443 : 80));
}
