using System.Text.Json.Serialization.Metadata;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.Server.Hosts.Links;

/// <summary>One live link to a host's daemon: asks it, and tunnels through it.</summary>
internal sealed class HostLink(HostMachine host, JsonRpcPeer peer, HostChannels channels)
{
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(30);

    public HostMachine Host { get; } = host;

    public JsonRpcPeer Peer { get; } = peer;

    public HostChannels Channels { get; } = channels;

    /// <summary>Asks the daemon.</summary>
    /// <param name="method">One of <see cref="HostMethods"/>.</param>
    /// <param name="request">What.</param>
    /// <param name="requestType">How it is written.</param>
    /// <param name="replyType">How the answer is read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="isLong">Whether the answer may take as long as it takes.</param>
    /// <exception cref="HostOfflineException">The link ended before the answer.</exception>
    /// <exception cref="HostRefusedException">The daemon answered with an error.</exception>
    public async Task<TReply> RequestAsync<TRequest, TReply>(
        string method,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TReply> replyType,
        CancellationToken cancellationToken,
        bool isLong = false)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!isLong)
        {
            limit.CancelAfter(s_answerLimit);
        }

        try
        {
            return await Peer.RequestAsync(method, request, requestType, replyType, limit.Token);
        }
        catch (JsonRpcEndedException)
        {
            throw new HostOfflineException($"The link to {Host.Name} ended before it answered.");
        }
        catch (JsonRpcException refusal)
        {
            throw new HostRefusedException(refusal.Reason ?? HostRefusals.Broke, refusal.Message, Host.Name);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HostOfflineException($"{Host.Name} has not answered for {s_answerLimit.TotalSeconds} seconds.");
        }
    }
}
