using Atelier.Protocol.HostLink;

namespace Atelier.Server.Hosts;

/// <summary>Stores what agent programs on hosts say. The capability that keeps agents registers one.</summary>
internal interface IAgentBatches
{
    /// <summary>Stores a batch if it is the next; gives how far all is stored.</summary>
    Task<AgentCursor> TakeAsync(AgentBatch batch, CancellationToken cancellationToken);
}
