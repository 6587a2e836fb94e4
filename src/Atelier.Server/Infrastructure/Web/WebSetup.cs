using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure.Web;

internal static class WebSetup
{
    public static void AddWeb(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ServerOptions>()
            .Bind(builder.Configuration.GetSection(ServerOptions.Section))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ServerOptions>, ServerOptionsValidator>();
        builder.Services.AddOptions<WebLimits>()
            .Bind(builder.Configuration.GetSection(WebLimits.Section))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<WebLimits>, WebLimitsValidator>();
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ServerOptions>>(
            BelieveTrustedProxies);
        builder.Services.AddSingleton<PublicAddress>();
        builder.Services.AddSingleton<Metrics>();
        builder.Services.AddInterfaceDescription();
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true); // a key goes to its keeper on the thread that read it
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var options = kestrel.ApplicationServices.GetRequiredService<IOptions<ServerOptions>>().Value;
            kestrel.AddServerHeader = false;
            var limits = kestrel.ApplicationServices.GetRequiredService<IOptions<WebLimits>>().Value;
            kestrel.Limits.MaxRequestBodySize = limits.RequestBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.RequestHeaderBytes;
            kestrel.Limits.MaxConcurrentConnections = limits.OpenConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = limits.OpenSockets;
            kestrel.Listen(IPAddress.Parse(options.Bind), options.Port);
        });
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Complete);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => WebJson.Configure(json.SerializerOptions));
    }

    public static void UseWeb(this WebApplication server)
    {
        server.UseExceptionHandler();
        server.UseStatusCodePages();
        server.UseForwardedHeaders();
        server.UseMiddleware<SecurityHeaders>();
        server.UseWebSockets();
        server.UseMiddleware<AddressGate>();
        server.UseRouting();
    }

    /// <summary>What the server says about itself.</summary>
    public static void MapWeb(this WebApplication server)
    {
        server.MapHealth();
        server.MapMetrics();
        server.MapInterfaceDescription();
    }

    private static void BelieveTrustedProxies(ForwardedHeadersOptions forwarded, IOptions<ServerOptions> options)
    {
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        forwarded.ForwardedHeaders = ForwardedHeaders.None;
        foreach (var proxy in options.Value.TrustedProxyList)
        {
            forwarded.KnownProxies.Add(proxy);
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        }
    }

    private static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
        if (problem.Type?.StartsWith("/problems/", StringComparison.Ordinal) != true)
        {
            problem.Type = Problem.TypeOf(problem.Status switch
            {
                404 => "not-found",
                405 => "method-not-allowed",
                415 => "unsupported-media-type",
                _ => $"status-{problem.Status}",
            });
        }
    }
}
