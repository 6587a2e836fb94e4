using System.Net.WebSockets;
using Atelier.HostDaemon.AgentAdapters;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.ServerLink;

/// <summary>What a link needs of the daemon behind it.</summary>
internal interface ILinkSource
{
    /// <summary>The first message: everything there is.</summary>
    HostHello Hello();

    /// <summary>Follows agent programs for a link, which ends it.</summary>
    AgentFollows FollowAgents(AgentBatchSender send);

    /// <summary>What the daemon answers on a link with these channels and follows.</summary>
    JsonRpcMethods Methods(RelayChannels channels, AgentFollows follows);

    /// <summary>A worker as it is now; null when it was removed.</summary>
    WorkerReport? Find(string workerId);
}

/// <summary>Keeps a link to the server: dials, says hello, serves, tells the news, and dials again.</summary>
/// <remarks>Nothing of the daemon depends on there being a link (HL5).</remarks>
internal sealed partial class LinkDialer(
    DaemonOptions options, ILinkSource source, LinkOutbox outbox, TimeProvider time, ILogger<LinkDialer> logger)
{
    private static readonly TimeSpan s_dialLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_welcomeLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_channelLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan[] s_pauses =
    [
        TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5),
    ];

    /// <summary>How long to wait before the next dial (HL6).</summary>
    internal static TimeSpan PauseBefore(int attempt) => s_pauses[Math.Min(attempt, s_pauses.Length - 1)];

    /// <summary>Dials until the daemon ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; !cancellationToken.IsCancellationRequested; attempt++)
        {
            try
            {
                if (await ServeAsync(cancellationToken))
                {
                    attempt = -1;
                }
            }
            catch (Exception unreachable) when (unreachable is WebSocketException or HttpRequestException or IOException
                or UnauthorizedAccessException or JsonRpcException or OperationCanceledException)
            {
                if (!cancellationToken.IsCancellationRequested && attempt == 0)
                {
                    LogUnreachable(options.Server.Url, unreachable.Message);
                }
            }

            await PauseAsync(PauseBefore(Math.Max(attempt, 0)), cancellationToken);
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop looks.
        }
    }

    /// <summary>Serves one link to its end; true when the server had welcomed it.</summary>
    private async Task<bool> ServeAsync(CancellationToken cancellationToken)
    {
        var key = (await File.ReadAllTextAsync(options.KeyFile, cancellationToken)).Trim();
        var socket = await options.Server.DialAsync(key, s_dialLimit, cancellationToken);
        WebSocketMessages? transport = null;
        await using var channels = new RelayChannels(s_channelLimit)
        {
            Send = (frame, stop) => transport?.SendBinaryAsync(frame, stop) ?? ValueTask.CompletedTask,
        };
        transport = new WebSocketMessages(
            socket, HostProtocol.MaxMessageBytes, channels.Take, RelayChannels.HeaderBytes + HostProtocol.MaxChannelBytes);
        JsonRpcPeer? asked = null;
        await using var follows = source.FollowAgents((batch, stop) => asked!.RequestAsync(   // nobody follows before the link runs
            HostMethods.AgentBatch, batch, HostJson.Default.AgentBatch, HostJson.Default.AgentCursor, stop));
        await using var peer = asked = new JsonRpcPeer(
            transport, source.Methods(channels, follows), new JsonRpcOptions { OnFault = LogFault });
        var serving = peer.RunAsync(cancellationToken);
        outbox.StartAnew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_welcomeLimit);
        var welcome = await peer.RequestAsync(
            HostMethods.Hello, source.Hello(), HostJson.Default.HostHello, HostJson.Default.HostWelcome, limit.Token);
        LogLinked(welcome.HostId);
        await TellAsync(peer);
        LogUnlinked(transport.CloseReason is { Length: > 0 } said ? said : (await serving).Message);
        return transport.CloseCode != HostProtocol.ReplacedCloseCode;
    }

    private async Task TellAsync(JsonRpcPeer peer)
    {
        try
        {
            while (true)
            {
                var news = await outbox.TakeAsync(peer.Ended);
                foreach (var report in news.ChangedWorkers.Select(source.Find).OfType<WorkerReport>())
                {
                    await peer.NotifyAsync(HostMethods.WorkerChanged, report, HostJson.Default.WorkerReport, peer.Ended);
                }

                foreach (var notice in news.Activity)
                {
                    await peer.NotifyAsync(
                        HostMethods.WorkerActivity, notice, HostJson.Default.WorkerActivityNotice, peer.Ended);
                }

                foreach (var notice in news.Progress)
                {
                    await peer.NotifyAsync(HostMethods.Progress, notice, HostJson.Default.ProgressNotice, peer.Ended);
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or JsonRpcEndedException)
        {
            // What was lost on the way is in the next inventory.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Linked to the server as host {HostId}")]
    private partial void LogLinked(string hostId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The link to the server ended: {Reason}")]
    private partial void LogUnlinked(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server at {Url} cannot be reached, dialling on: {Reason}")]
    private partial void LogUnreachable(Uri url, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The method {Method} broke")]
    private partial void LogFault(string method, Exception fault);
}
