using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Hosts.Local;
using Atelier.Server.Sessions.Workers;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Sessions.Sockets;

/// <summary>Finds where a worker's bytes are: its keeper's socket when that is on this machine, else a tunnel through its host's daemon.</summary>
internal sealed class WorkerPlaces(HostLinks links, IOptions<LocalHostOptions> options)
{
    /// <summary>The link of a worker's host.</summary>
    /// <exception cref="HostOfflineException">It has none now.</exception>
    public HostLink Link(HostId host) => links.Get(host);

    /// <summary>Connects to the keeper, or to whoever serves an ended worker's log.</summary>
    public async Task<KeeperConnection> ConnectAsync(HostId host, WorkerId worker, string client, CancellationToken cancellationToken)
    {
        var link = links.Get(host);
        var place = await link.RequestAsync(
            HostMethods.AttachPoint,
            new WorkerRequest(worker.Value),
            HostJson.Default.WorkerRequest,
            HostJson.Default.AttachPoint,
            cancellationToken);
        return link.Host.IsLocal && !options.Value.AlwaysRelay
            ? await KeeperConnection.OpenAsync(place.Socket, client, cancellationToken)
            : await KeeperConnection.OpenAsync(await link.Channels.OpenAsync(link, worker.Value, cancellationToken), client, cancellationToken);
    }

    /// <summary>The screen as it is now. While the daemon restarts, whoever needs one waits.</summary>
    public async Task<ScreenSnapshot> SnapshotAsync(HostId host, WorkerId worker, CancellationToken cancellationToken) =>
        await (await links.WaitForAsync(host, cancellationToken)).RequestAsync(
            HostMethods.ScreenSnapshot,
            new WorkerRequest(worker.Value),
            HostJson.Default.WorkerRequest,
            HostJson.Default.ScreenSnapshot,
            cancellationToken);

    /// <summary>Tells a host what was typed at a worker. Without a link nobody is told.</summary>
    public async Task TellTypedAsync(HostId host, WorkerId worker, byte[] typed)
    {
        if (links.Find(host) is not { } link)
        {
            return;
        }

        try
        {
            await link.Peer.NotifyAsync(
                HostMethods.WorkerTyped, new WorkerTypedNotice(worker.Value, typed), HostJson.Default.WorkerTypedNotice, CancellationToken.None);
        }
        catch (IOException)
        {
            // The link has just ended; its host looks at the screen alone.
        }
    }
}
