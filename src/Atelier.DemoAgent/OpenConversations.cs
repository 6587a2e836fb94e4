using System.Collections.Concurrent;
using Atelier.DemoAgent.Acp;
using Atelier.DemoAgent.Conversations;
using Atelier.Protocol.JsonRpc;

namespace Atelier.DemoAgent;

/// <summary>The conversations that are open in this process, and their way in and out.</summary>
internal sealed class OpenConversations(ConversationStore store, bool isKept, AgentClient client, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, ConversationOwner> _open = new(StringComparer.Ordinal);

    public async Task<ConversationOwner> BeginAsync(string directory, CancellationToken cancellationToken)
    {
        ThrowIfNoDirectory(directory);
        var id = $"demo-{Guid.CreateVersion7(time.GetUtcNow()):n}";
        var owner = _open[id] = new ConversationOwner(
            new Conversation(id, directory, time.GetUtcNow()), isKept ? store.Append(id) : null, client, time);
        await owner.RecordAsync(at => new ConversationRecord.Opened(directory) { At = at }, cancellationToken);
        return owner;
    }

    /// <summary>Opens one again; what a killed process left under way is told to be over.</summary>
    /// <param name="request">Which, and where it works now.</param>
    /// <param name="telling">Whether all that was said is told again first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ConversationOwner> OpenAsync(OpenSessionRequest request, bool telling, CancellationToken cancellationToken)
    {
        ThrowIfNoDirectory(request.Cwd);
        var records = (isKept ? store.Read(request.SessionId) : null) ?? throw NotFound(request.SessionId);
        if (telling)
        {
            foreach (var said in records.OfType<ConversationRecord.Said>())
            {
                await client.TellAsync(request.SessionId, said.Update, cancellationToken);
            }
        }

        if (_open.TryGetValue(request.SessionId, out var open))
        {
            return open;
        }

        var conversation = ConversationStore.Fold(request.SessionId, records) ?? throw NotFound(request.SessionId);
        var owner = new ConversationOwner(conversation, store.Append(request.SessionId), client, time);
        if (!_open.TryAdd(request.SessionId, owner))
        {
            owner.Dispose();
            return Of(request.SessionId);
        }

        await owner.RecordAsync(at => new ConversationRecord.Opened(request.Cwd) { At = at }, cancellationToken);
        foreach (var call in conversation.OpenCalls)
        {
            await owner.TellAsync(new SessionUpdate.ToolCallUpdate(call, "failed"), cancellationToken);
        }

        return owner;
    }

    public ConversationOwner Of(string id) => _open.TryGetValue(id, out var owner) ? owner : throw NotFound(id);

    public ConversationOwner? Find(string id) => _open.GetValueOrDefault(id);

    public void Close(string id)
    {
        if (_open.TryRemove(id, out var owner))
        {
            owner.CancelTurn();
        }
    }

    /// <summary>Ends every turn.</summary>
    public void CancelAll()
    {
        foreach (var owner in _open.Values)
        {
            owner.CancelTurn();
        }
    }

    public void Dispose()
    {
        foreach (var owner in _open.Values)
        {
            owner.Dispose();
        }
    }

    private static void ThrowIfNoDirectory(string directory)
    {
        if (!Path.IsPathFullyQualified(directory) || !Directory.Exists(directory))
        {
            throw new JsonRpcException(JsonRpcErrorCodes.InvalidParameters, $"There is no directory {directory}; give an absolute path.", reason: null);
        }
    }

    private static JsonRpcException NotFound(string id) =>
        new(AcpErrorCodes.ResourceNotFound, $"There is no open conversation {id}; begin, load or resume one.", reason: null);
}
