using System.Net;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>Refuses requests that were meant for another name, or that another page made.</summary>
internal sealed partial class AddressGate(
    RequestDelegate next, IOptions<ServerOptions> options, ILogger<AddressGate> log)
{
    private readonly CallerAddresses _addresses = new(
        IPAddress.Parse(options.Value.Bind), options.Value.PublicUrl, options.Value.HostNameList);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        string? origin = request.Headers.Origin;
        var isSocketWithCookie = context.WebSockets.IsWebSocketRequest
            && request.Headers.Cookie.Count > 0
            && request.Headers.Authorization.Count == 0
            && !request.Query.ContainsKey("access_token");
        switch (_addresses.Check(request.Host, origin, isSocketWithCookie))
        {
            case AddressRefusal.None:
                return next(context);
            case AddressRefusal.UnknownHost:
                LogUnknownHost(request.Host.Host, request.Method, request.Path);
                return Problem.WriteAsync(
                    context,
                    421,
                    "unknown-host",
                    "The server does not answer to this name.",
                    "Start it with --public-url or --host-names to add one.");
            default:
                LogForeignOrigin(origin ?? "none", request.Method, request.Path);
                return Problem.WriteAsync(context, 403, "foreign-origin", "Another page may not call this server.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "Refused {Method} {Path}: unknown host name {Host}")]
    private partial void LogUnknownHost(string host, string method, PathString path);

    [LoggerMessage(LogLevel.Warning, "Refused {Method} {Path}: foreign origin {Origin}")]
    private partial void LogForeignOrigin(string origin, string method, PathString path);
}
