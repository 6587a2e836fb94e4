using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>Under which address people reach the server.</summary>
internal sealed class PublicAddress(IOptions<ServerOptions> options)
{
    /// <summary>
    /// The one it was told, else the one this caller used (which has passed the check of host names).
    /// </summary>
    public Uri Of(HttpRequest request) => options.Value.PublicUrl ?? new Uri($"{request.Scheme}://{request.Host}");
}
