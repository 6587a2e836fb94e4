using System.Net;
using System.Threading.Channels;
using Atelier.Protocol.HostLink;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Atelier.TestKit.HostLink;

/// <summary>The server's end of HostLink for tests of a daemon: takes its links, and lets a test ask and listen.</summary>
public sealed class TestHostLink : IAsyncDisposable
{
    public const string Key = "key-of-the-test-host";

    private readonly WebApplication _app;
    private readonly Channel<TestLink> _links = Channel.CreateUnbounded<TestLink>();

    private TestHostLink(WebApplication app) => _app = app;

    /// <summary>Where a daemon dials.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Answers the next dials with this status instead of a link; 0 for none.</summary>
    public int RefuseWith { get; set; }

    /// <summary>Dials that were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Starts listening on a free port, or on a Unix socket.</summary>
    public static async Task<TestHostLink> StartAsync(string? socket = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (socket is null)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
            else
            {
                kestrel.ListenUnixSocket(socket);
            }
        });
        var server = new TestHostLink(builder.Build());
        server._app.UseWebSockets();
        server._app.Map(HostProtocol.Path, server.TakeAsync);
        await server._app.StartAsync();
        server.Url = socket is null ? server._app.Urls.Single() : $"unix:{socket}";
        return server;
    }

    /// <summary>The next link that a daemon opens, after its hello has been answered.</summary>
    public async Task<TestLink> LinkAsync() => await Patience.For(_links.Reader.ReadAsync().AsTask(), "a link of the daemon");

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Key}" || RefuseWith != 0)
        {
            Refused++;
            context.Response.StatusCode = RefuseWith == 0 ? StatusCodes.Status401Unauthorized : RefuseWith;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await using var link = new TestLink(socket, ready => _links.Writer.TryWrite(ready));
        await link.RunAsync();
    }
}
