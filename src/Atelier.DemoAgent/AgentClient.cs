using Atelier.DemoAgent.Acp;
using Atelier.Protocol.JsonRpc;

namespace Atelier.DemoAgent;

/// <summary>Who uses this agent, as we speak to them.</summary>
internal sealed class AgentClient
{
    private static readonly PermissionOption[] s_options =
    [
        new("allow-once", "Allow", "allow_once"),
        new("allow-always", "Always allow commits", "allow_always"),
        new("reject-once", "Reject", "reject_once"),
        new("reject-always", "Never commit", "reject_always"),
    ];

    private JsonRpcPeer? _peer;

    private JsonRpcPeer Peer => _peer ?? throw new InvalidOperationException("The conversation with the client has not begun.");

    /// <summary>Speaks through a peer, which is made after whatever answers on it.</summary>
    public void SpeakThrough(JsonRpcPeer peer) => _peer = peer;

    public ValueTask TellAsync(string sessionId, SessionUpdate update, CancellationToken cancellationToken) => Peer.NotifyAsync(
        AcpMethods.Update, new SessionNotification(sessionId, update), AcpJson.Default.SessionNotification, cancellationToken);

    /// <summary>Asks whether a command may run; the kind of the option that was chosen, null when none was.</summary>
    public async Task<string?> AskPermissionAsync(string sessionId, PermissionToolCall call, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await Peer.RequestAsync(
                AcpMethods.RequestPermission,
                new PermissionRequest(sessionId, call, s_options),
                AcpJson.Default.PermissionRequest,
                AcpJson.Default.PermissionReply,
                cancellationToken);
            return reply.Outcome is { Outcome: "selected", OptionId: var chosen }
                ? s_options.FirstOrDefault(option => option.OptionId == chosen)?.Kind
                : null;
        }
        catch (JsonRpcException)
        {
            return null;   // a client that cannot ask has not allowed it
        }
    }
}
