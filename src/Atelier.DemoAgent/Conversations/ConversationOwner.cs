using System.Text.Json;
using Atelier.DemoAgent.Acp;

namespace Atelier.DemoAgent.Conversations;

/// <summary>An open conversation: writes down what happens, then tells the client. At most one turn of it is in flight.</summary>
internal sealed class ConversationOwner : IDisposable
{
    private readonly AgentClient _client;
    private readonly TimeProvider _time;
    private readonly FileStream? _file;
    private readonly SemaphoreSlim _order = new(1, 1);
    private readonly Lock _turn = new();
    private CancellationTokenSource? _running;   // without timers, so that nothing has to be let go of
    private bool _isClosed;

    /// <param name="conversation">What is known of it.</param>
    /// <param name="file">Where to write it down; null when it cannot be.</param>
    /// <param name="client">Who is told.</param>
    /// <param name="time">The clock.</param>
    public ConversationOwner(Conversation conversation, FileStream? file, AgentClient client, TimeProvider time)
    {
        Conversation = conversation;
        _file = file;
        _client = client;
        _time = time;
    }

    public Conversation Conversation { get; private set; }

    /// <summary>Begins a turn; null while another one is in flight.</summary>
    public CancellationTokenSource? TryBeginTurn()
    {
        lock (_turn)
        {
            return _running is null && !_isClosed ? _running = new CancellationTokenSource() : null;
        }
    }

    public void EndTurn()
    {
        lock (_turn)
        {
            _running = null;
        }
    }

    /// <summary>Ends the turn in flight, if there is one.</summary>
    public void CancelTurn()
    {
        lock (_turn)
        {
            // Elsewhere: whatever waited in the turn goes on where it is cancelled.
            _ = _running?.CancelAsync();
        }
    }

    /// <summary>Writes down an update and tells it.</summary>
    public async Task TellAsync(SessionUpdate update, CancellationToken cancellationToken)
    {
        await _order.WaitAsync(cancellationToken);
        try
        {
            Keep(new ConversationRecord.Said(update) { At = _time.GetUtcNow() });
            await _client.TellAsync(Conversation.Id, update, CancellationToken.None);   // what is written down is also told
        }
        finally
        {
            _order.Release();
        }
    }

    /// <summary>Writes down what the client knows already, or need not know.</summary>
    public async Task RecordAsync(Func<DateTimeOffset, ConversationRecord> record, CancellationToken cancellationToken)
    {
        await _order.WaitAsync(cancellationToken);
        try
        {
            Keep(record(_time.GetUtcNow()));
        }
        finally
        {
            _order.Release();
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _isClosed = true;
        }

        _file?.Dispose();
        _order.Dispose();
    }

    private void Keep(ConversationRecord record)
    {
        _file?.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, ConversationJson.Default.ConversationRecord), (byte)'\n']);
        Conversation = Conversation.After(record);
    }
}
