using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Hosts.Links;

/// <summary>Where daemons dial: checks the key, greets, and serves the link until it ends (docs/protocols/host-link.md).</summary>
internal static partial class HostLinkEndpoint
{
    private const string Scheme = "Bearer ";

    public static void MapHostLink(this IEndpointRouteBuilder routes) =>
        routes.Map(HostProtocol.Path, AcceptAsync).AllowAnonymousReason("A daemon shows its host's key, which is checked first.");

    private static async Task<IResult> AcceptAsync(
        HttpContext context, HostStore hosts, HostLinks links, IEnumerable<IHostObserver> observers, IAgentBatches agents, ILogger<HostLink> logger)
    {
        var shown = context.Request.Headers.Authorization.ToString();
        var host = shown.StartsWith(Scheme, StringComparison.Ordinal)
            ? await hosts.FindByKeyAsync(shown[Scheme.Length..], context.RequestAborted)
            : null;
        if (host is null)
        {
            return TypedResults.Unauthorized();
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            return TypedResults.BadRequest();
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        WebSocketMessages? messages = null;
        var channels = new HostChannels { Send = (frame, cancellationToken) => messages!.SendBinaryAsync(frame, cancellationToken) }; // set below
        messages = new WebSocketMessages(
            socket, HostProtocol.MaxMessageBytes, channels.Take, HostChannels.HeaderBytes + HostProtocol.MaxChannelBytes);
        await ServeAsync(host, messages, channels, hosts, links, [.. observers], agents, logger, context.RequestAborted);
        return TypedResults.Empty;
    }

    private static async Task ServeAsync(
        HostMachine host,
        WebSocketMessages messages,
        HostChannels channels,
        HostStore hosts,
        HostLinks links,
        IReadOnlyList<IHostObserver> observers,
        IAgentBatches agents,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var greeted = new TaskCompletionSource<HostHello>(TaskCreationOptions.RunContinuationsAsynchronously);
        var methods = new JsonRpcMethods()
            .OnRequest(HostMethods.Hello, HostJson.Default.HostHello, HostJson.Default.HostWelcome, async (hello, token) =>
            {
                await hosts.SawAsync(host.Id, hello, token);
                foreach (var observer in observers)
                {
                    await observer.HostLinkedAsync(host, hello.Workers, token);
                }

                LogLinked(logger, hello.HostName, host.Id.Value, hello.Workers.Count);
                greeted.TrySetResult(hello);
                return new HostWelcome(HostProtocol.Number, Abilities: [], host.Id.Value);
            })
            .OnRequest(HostMethods.AgentBatch, HostJson.Default.AgentBatch, HostJson.Default.AgentCursor, agents.TakeAsync)
            .OnNotification(HostMethods.WorkerChanged, HostJson.Default.WorkerReport, (report, token) =>
                TellAsync(observer => observer.WorkerChangedAsync(host, report, token)))
            .OnNotification(HostMethods.WorkerActivity, HostJson.Default.WorkerActivityNotice, (notice, token) =>
                TellAsync(observer => observer.ActivityChangedAsync(host, notice, token)))
            .OnNotification(HostMethods.Progress, HostJson.Default.ProgressNotice, (notice, token) =>
                TellAsync(observer => observer.ProgressAsync(host, notice, token)));
        await using var peer = new JsonRpcPeer(
            messages, methods, new JsonRpcOptions { OnFault = (method, fault) => LogFault(logger, host.Name, method, fault) });
        var serving = peer.RunAsync(cancellationToken);
        if (await Task.WhenAny(greeted.Task, serving) == serving)
        {
            return;
        }

        var link = new HostLink(host with { Name = (await greeted.Task).HostName }, peer, channels);
        if (links.Add(link) is { } older)
        {
            await older.Peer.DisposeAsync();
        }

        var ended = await serving;
        channels.EndAll();
        LogUnlinked(logger, host.Name, ended.Message);
        if (links.Remove(link))
        {
            foreach (var observer in observers)
            {
                await observer.HostUnlinkedAsync(host, CancellationToken.None);
            }
        }

        async ValueTask TellAsync(Func<IHostObserver, Task> tell)
        {
            foreach (var observer in observers)
            {
                await tell(observer);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Host {Name} ({Id}) linked with {Count} workers")]
    private static partial void LogLinked(ILogger logger, string name, string id, int count);

    [LoggerMessage(LogLevel.Information, "The link of host {Name} ended: {Reason}")]
    private static partial void LogUnlinked(ILogger logger, string name, string reason);

    [LoggerMessage(LogLevel.Error, "What host {Name} said by {Method} could not be taken")]
    private static partial void LogFault(ILogger logger, string name, string method, Exception fault);
}
