using System.Collections.Concurrent;
using Atelier.DemoAgent.Acp;
using Atelier.DemoAgent.Conversations;
using Atelier.DemoAgent.Jobs;
using Atelier.DemoAgent.Turns;
using Atelier.Protocol.JsonRpc;

namespace Atelier.DemoAgent;

/// <summary>An agent without a model: it speaks the Agent Client Protocol as a real one does and does the same small, harmless job each time.</summary>
/// <remarks>
/// It is there so that a newcomer sees a whole task go through in the first minute. What it shows it really does: it reads, writes,
/// asks and commits in the folder that it is given. Conversations are files; a killed agent goes on where it was.
/// </remarks>
internal sealed class AgentEndpoints : IDisposable
{
    private static readonly Mode[] s_modes =
    [
        new(Conversation.AskMode, "Ask", "Asks before it commits"),
        new(Conversation.AutoMode, "Auto", "Commits without asking"),
    ];

    private readonly AgentClient _client;
    private readonly TimeProvider _time;
    private readonly Pace _pace;
    private readonly ConversationStore _store;
    private readonly bool _isKept;
    private readonly OpenConversations _conversations;
    private readonly ConcurrentDictionary<Task, bool> _turns = new();

    public AgentEndpoints(DemoOptions options, AgentClient client, TimeProvider time)
    {
        _client = client;
        _time = time;
        _pace = new Pace(options.Pace, time);
        _store = new ConversationStore(options.StateFolder);
        _isKept = _store.IsWritable();
        _conversations = new OpenConversations(_store, _isKept, client, time);
    }

    public JsonRpcMethods Methods() => new JsonRpcMethods()
        .OnRequest(AcpMethods.Initialize, AcpJson.Default.Empty, AcpJson.Default.InitializeReply, (_, _) => Task.FromResult(Introduction()))
        .OnRequest(AcpMethods.NewSession, AcpJson.Default.NewSessionRequest, AcpJson.Default.NewSessionReply, NewAsync)
        .OnRequest(
            AcpMethods.LoadSession,
            AcpJson.Default.OpenSessionRequest,
            AcpJson.Default.OpenSessionReply,
            (request, cancellationToken) => OpenAsync(request, telling: true, cancellationToken))
        .OnRequest(
            AcpMethods.ResumeSession,
            AcpJson.Default.OpenSessionRequest,
            AcpJson.Default.OpenSessionReply,
            (request, cancellationToken) => OpenAsync(request, telling: false, cancellationToken))
        .OnRequest(AcpMethods.ListSessions, AcpJson.Default.ListSessionsRequest, AcpJson.Default.ListSessionsReply, ListAsync)
        .OnRequest(AcpMethods.SetMode, AcpJson.Default.SetModeRequest, AcpJson.Default.Empty, SetModeAsync)
        .OnRequest(AcpMethods.Prompt, AcpJson.Default.PromptRequest, AcpJson.Default.PromptReply, PromptAsync, beginsInOrder: true)
        .OnRequest(AcpMethods.CloseSession, AcpJson.Default.SessionRequest, AcpJson.Default.Empty, CloseAsync, beginsInOrder: true)
        .OnNotification(AcpMethods.Cancel, AcpJson.Default.SessionRequest, (request, _) =>
        {
            _conversations.Find(request.SessionId)?.CancelTurn();
            return ValueTask.CompletedTask;
        });

    /// <summary>Ends every turn, and with it whatever a turn has started.</summary>
    public async Task EndAsync()
    {
        _conversations.CancelAll();
        await Task.WhenAll(_turns.Keys.Select(turn => turn.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    public void Dispose() => _conversations.Dispose();

    private InitializeReply Introduction()
    {
        var isKept = _isKept ? new Empty() : null;
        return new InitializeReply(
            ProtocolVersion: 1,
            new AgentCapabilities(_isKept, new PromptCapabilities(EmbeddedContext: true), new SessionCapabilities(isKept, isKept, new Empty())),
            AuthMethods: [],
            new Implementation("atelier-demo-agent", "Demo agent", typeof(AgentEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0"));
    }

    private async Task<NewSessionReply> NewAsync(NewSessionRequest request, CancellationToken cancellationToken)
    {
        var owner = await _conversations.BeginAsync(request.Cwd, cancellationToken);
        return new NewSessionReply(owner.Conversation.Id, ModesOf(owner.Conversation));
    }

    private async Task<OpenSessionReply> OpenAsync(OpenSessionRequest request, bool telling, CancellationToken cancellationToken) =>
        new(ModesOf((await _conversations.OpenAsync(request, telling, cancellationToken)).Conversation));

    private Task<ListSessionsReply> ListAsync(ListSessionsRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ListSessionsReply(
        [
            .. (_isKept ? _store.List() : [])
                .Where(conversation => request.Cwd is null || conversation.Directory == request.Cwd)
                .Select(conversation => new SessionSummary(conversation.Id, conversation.Directory, conversation.Title, conversation.UpdatedAt)),
        ]));

    private async Task<Empty> SetModeAsync(SetModeRequest request, CancellationToken cancellationToken)
    {
        if (s_modes.All(mode => mode.Id != request.ModeId))
        {
            throw new JsonRpcException(
                JsonRpcErrorCodes.InvalidParameters, $"There is no mode {request.ModeId}; there are ask and auto.", reason: null);
        }

        await _conversations.Of(request.SessionId).RecordAsync(at => new ConversationRecord.ModeChosen(request.ModeId) { At = at }, cancellationToken);
        return new Empty();
    }

    private Task<Empty> CloseAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        _conversations.Close(request.SessionId);
        return Task.FromResult(new Empty());
    }

    private Task<PromptReply> PromptAsync(PromptRequest request, CancellationToken cancellationToken)
    {
        var owner = _conversations.Of(request.SessionId);
        if (owner.TryBeginTurn() is not { } cancelling)
        {
            throw new JsonRpcException(
                JsonRpcErrorCodes.InvalidRequest, "A turn of this conversation is in flight; wait for its end or cancel it.", reason: null);
        }

        var turn = Task.Run(() => TakeTurnAsync(owner, request, cancelling, cancellationToken), CancellationToken.None);
        _turns.TryAdd(turn, true);
        _ = turn.ContinueWith(ended => _turns.TryRemove(ended, out _), TaskScheduler.Default);
        return turn;
    }

    private async Task<PromptReply> TakeTurnAsync(
        ConversationOwner owner, PromptRequest request, CancellationTokenSource cancelling, CancellationToken cancellationToken)
    {
        // Whoever takes the request back cancels the turn.
        using var takenBack = cancellationToken.Register(() => _ = cancelling.CancelAsync());
        try
        {
            await owner.RecordAsync(at => new ConversationRecord.TurnBegun { At = at }, cancelling.Token);
            foreach (var block in request.Prompt)
            {
                var said = new SessionUpdate.UserMessageChunk(block, $"turn-{owner.Conversation.Turns}-prompt");
                await owner.RecordAsync(at => new ConversationRecord.Said(said) { At = at }, cancelling.Token);
            }

            await TurnJobs.RunAsync(new Turn(owner, _client, _pace, cancelling.Token), PromptText.Of(request.Prompt), _time);
            return new PromptReply("end_turn");
        }
        catch (OperationCanceledException) when (cancelling.IsCancellationRequested)
        {
            await EndCallsAsync(owner);
            return new PromptReply("cancelled");
        }
        finally
        {
            owner.EndTurn();
        }
    }

    private static async Task EndCallsAsync(ConversationOwner owner)
    {
        try
        {
            foreach (var call in owner.Conversation.OpenCalls)
            {
                await owner.TellAsync(new SessionUpdate.ToolCallUpdate(call, "failed"), CancellationToken.None);
            }
        }
        catch (JsonRpcEndedException)
        {
            // Nobody listens any more; they are ended when the conversation is opened again.
        }
    }

    private static ModeState ModesOf(Conversation conversation) => new(conversation.Mode, s_modes);
}
