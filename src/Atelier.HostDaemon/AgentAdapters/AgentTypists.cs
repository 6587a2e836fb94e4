using System.Collections.Concurrent;
using Atelier.HostDaemon.AgentAdapters.Acp;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>Whoever types into the agent programs of this machine, one for each worker; they outlive the links that commands come on.</summary>
internal sealed class AgentTypists(WorkerOwners workers, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, AgentTypist> _typists = new(StringComparer.Ordinal);

    /// <summary>Says a command to a program.</summary>
    public async Task SendAsync(SendToAgentRequest request, CancellationToken cancellationToken)
    {
        if (workers.Known(request.WorkerId).Report.Kind != WorkerKind.Protocol
            || request.Sequence is < 1 or > AcpRequestIds.MaxSequence)
        {
            throw new JsonRpcException(
                LinkRefusals.Invalid, $"A command has a number from 1 on, and is for a worker with pipes; {request.WorkerId} may have a terminal.");
        }

        var line = request.Dialect switch
        {
            AgentDialect.Acp => AcpWriter.Write(request.Command, request.Sequence, AcpClientAbilities.Own),
            _ => throw new JsonRpcException(LinkRefusals.Invalid, $"The dialect {request.Dialect} is not spoken here."),
        };
        var typist = _typists.GetOrAdd(request.WorkerId, id => new AgentTypist(id, workers, time));
        await typist.TypeAsync(request.Epoch, request.Sequence, line, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var typist in _typists.Values)
        {
            await typist.DisposeAsync();
        }
    }
}
