using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.Acp;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.Layout;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Login;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Agents.Editors;

/// <summary>An editor that speaks the Agent Client Protocol with us: Atelier is the agent, work sessions are its conversations (docs/protocols/acp-server.md).</summary>
internal sealed partial class EditorConnection : IAsyncDisposable
{
    private const string TokenMethod = "token";
    private const int LoginAttempts = 5;

    private static readonly JsonElement s_capabilities = JsonElement.Parse(
        """
        {"loadSession":true,"promptCapabilities":{"image":true,"audio":false,"embeddedContext":true},"mcpCapabilities":{"http":false,"sse":false},
         "sessionCapabilities":{"list":{},"resume":{},"close":{}}}
        """);

    private readonly EditorWatching _around;
    private readonly EditorSessions _finding;
    private readonly EditorAsking _asking;
    private readonly TokenLogin _login;
    private readonly Action<CurrentUser> _loggedIn;
    private readonly ConcurrentDictionary<WorkSessionId, EditorSession> _sessions = new();
    private readonly CancellationTokenSource _ends = new();
    private string _client = Guid.NewGuid().ToString("n");
    private int _attempts;

    /// <param name="messages">Carries the messages.</param>
    /// <param name="user">Who has connected; null when they have to log in.</param>
    /// <param name="loggedIn">Told of whoever logs in.</param>
    /// <param name="around">What watching needs.</param>
    /// <param name="finding">Conversations.</param>
    /// <param name="asking">Turns.</param>
    /// <param name="login">Tokens.</param>
    public EditorConnection(
        IMessageTransport messages, CurrentUser? user, Action<CurrentUser> loggedIn, EditorWatching around, EditorSessions finding, EditorAsking asking, TokenLogin login)
    {
        (User, _loggedIn, _around, _finding, _asking, _login) = (user, loggedIn, around, finding, asking, login);
        var running = Math.Min(16, around.Options.MaxOpenRequests);
        Peer = new JsonRpcPeer(messages, Methods(), new JsonRpcOptions
        {
            MaxRunningRequests = running,
            MaxWaitingRequests = around.Options.MaxOpenRequests - running,
            CancelMethod = EditorMethods.CancelRequest,
            CancelIdName = EditorMethods.CancelIdName,
            OnFault = (method, fault) => LogFault(around.Logger, method, fault),
        });
    }

    public JsonRpcPeer Peer { get; }

    /// <summary>Who is logged in, as they are now; null while nobody is.</summary>
    public CurrentUser? User { get; private set; }

    /// <summary>Whether the editor can show a form.</summary>
    public bool TakesForms { get; private set; }

    public CancellationToken Ended => Peer.Ended;

    /// <summary>Serves the editor until it goes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ends.Token);
        var ended = await Peer.RunAsync(stop.Token);
        LogEnded(_around.Logger, User?.Id.Value ?? "nobody", ended.Message);
    }

    /// <summary>Ends the connection from this side.</summary>
    public void End(string reason)
    {
        LogEnding(_around.Logger, reason);
        _ends.Cancel();
    }

    /// <summary>Whether a prompt was this client's own, which it shows already.</summary>
    public bool IsOwn(Turn turn) => turn.IdempotencyKey?.StartsWith(KeyPrefix, StringComparison.Ordinal) == true;

    /// <summary>Rights have changed.</summary>
    /// <param name="now">Who is logged in, as they are now; null when their token is not valid any more.</param>
    public async Task TakeRightsAsync(CurrentUser? now)
    {
        if (now is null)
        {
            End("The token is not valid any more.");
            return;
        }

        User = now;
        foreach (var session in _sessions.Values)
        {
            if (session.Owner is { } owner && await _around.Access.RoleInAsync(now, AgentView.Of(owner.Current), CancellationToken.None) is null)
            {
                await CloseAsync(session);
            }
            else
            {
                await session.LookAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        foreach (var session in _sessions.Values)
        {
            await session.DisposeAsync();
        }

        _ends.Dispose();
    }

    private string KeyPrefix => $"acp/{_client}/";

    private JsonRpcMethods Methods() => new JsonRpcMethods()
        .OnRequest(EditorMethods.Initialize, EditorJson.Default.InitializeRequest, EditorJson.Default.InitializeReply, InitializeAsync, beginsInOrder: true)
        .OnRequest(EditorMethods.Authenticate, EditorJson.Default.AuthenticateRequest, EditorJson.Default.EditorDone, AuthenticateAsync)
        .OnRequest(EditorMethods.NewSession, EditorJson.Default.NewSessionRequest, EditorJson.Default.NewSessionReply, Guarded<NewSessionRequest, NewSessionReply>(NewAsync))
        .OnRequest(EditorMethods.LoadSession, EditorJson.Default.OpenSessionRequest, EditorJson.Default.OpenSessionReply, Guarded<OpenSessionRequest, OpenSessionReply>(LoadAsync))
        .OnRequest(EditorMethods.ResumeSession, EditorJson.Default.OpenSessionRequest, EditorJson.Default.OpenSessionReply, Guarded<OpenSessionRequest, OpenSessionReply>(ResumeAsync))
        .OnRequest(EditorMethods.ListSessions, EditorJson.Default.ListSessionsRequest, EditorJson.Default.ListSessionsReply, Guarded<ListSessionsRequest, ListSessionsReply>(_finding.ListAsync))
        .OnRequest(EditorMethods.CloseSession, EditorJson.Default.SessionRequest, EditorJson.Default.EditorDone, Guarded<SessionRequest, EditorDone>(CloseAsync))
        .OnRequest(EditorMethods.SetMode, EditorJson.Default.SetModeRequest, EditorJson.Default.EditorDone, Guarded<SetModeRequest, EditorDone>(SetModeAsync))
        .OnRequest(EditorMethods.SetOption, EditorJson.Default.SetOptionRequest, EditorJson.Default.SetOptionReply, Guarded<SetOptionRequest, SetOptionReply>(SetOptionAsync))
        .OnRequest(
            EditorMethods.Prompt, EditorJson.Default.PromptRequest, EditorJson.Default.PromptReply, Guarded<PromptRequest, PromptReply>(PromptAsync), waitsOutside: true, beginsInOrder: true)
        .OnNotification(EditorMethods.Cancel, EditorJson.Default.SessionRequest, TakeCancelAsync);

    private Func<TRequest, CancellationToken, Task<TReply>> Guarded<TRequest, TReply>(Func<TRequest, CurrentUser, CancellationToken, Task<TReply>> answer) =>
        async (request, cancellationToken) =>
        {
            try
            {
                return await answer(request, User ?? throw EditorRefusals.LoginNeeded(), cancellationToken);
            }
            catch (Exception outside) when (EditorRefusals.Of(outside) is not null)
            {
                throw EditorRefusals.Of(outside) ?? outside;
            }
        };

    private Task<InitializeReply> InitializeAsync(InitializeRequest request, CancellationToken cancellationToken)
    {
        TakesForms = request.ClientCapabilities?.Member("elicitation")?.Member("form") is { ValueKind: JsonValueKind.Object or JsonValueKind.True };
        if (EditorMeta.Text(request.Meta, "client") is { } client)
        {
            _client = client.Length <= 64 ? client : throw EditorRefusals.Invalid("_meta.atelier.client has at most 64 characters.");
        }

        LoginMethod[] ways = User is null
            ? [new LoginMethod(TokenMethod, "Access token", "A token of the settings page, as the bearer token of the connection or in _meta.atelier.token of authenticate")]
            : [];
        return Task.FromResult(new InitializeReply(EditorMethods.Version, s_capabilities, ways, new AgentIdentity("atelier", "Atelier", ProcessRecord.BuildVersion)));
    }

    private async Task<EditorDone> AuthenticateAsync(AuthenticateRequest request, CancellationToken cancellationToken)
    {
        if (request.MethodId != TokenMethod)
        {
            throw EditorRefusals.UnknownLoginMethod();
        }

        if (EditorMeta.Text(request.Meta, "token") is not { } token)
        {
            return User is null ? throw EditorRefusals.LoginNeeded() : new EditorDone();
        }

        if (Interlocked.Increment(ref _attempts) > LoginAttempts)
        {
            End("Nobody logged in with one of the tokens that were tried.");
        }

        var known = await _login.FindAsync(token, cancellationToken) ?? throw EditorRefusals.WrongToken();
        if (User is { } before && before.Id != known.Id)
        {
            throw EditorRefusals.Invalid("Somebody else is logged in on this connection; connect anew.");
        }

        User = known;
        _loggedIn(known);
        return new EditorDone();
    }

    private async Task<NewSessionReply> NewAsync(NewSessionRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        var found = await _finding.BeginAsync(request, user, cancellationToken);
        var session = Keep(found.Id);
        if (found.Owner is { } owner)
        {
            await session.OpenAsync(owner, after: null, isWhole: false, cancellationToken);
        }

        var (modes, options) = SettingsOf(found);
        return new NewSessionReply(found.Id.Value, modes, options, MetaOf(found, session));
    }

    private Task<OpenSessionReply> LoadAsync(OpenSessionRequest request, CurrentUser user, CancellationToken cancellationToken) =>
        OpenAsync(request, user, after: 0, isWhole: true, cancellationToken);

    private Task<OpenSessionReply> ResumeAsync(OpenSessionRequest request, CurrentUser user, CancellationToken cancellationToken) =>
        OpenAsync(request, user, EditorMeta.Number(request.Meta, "after"), isWhole: false, cancellationToken);

    private async Task<OpenSessionReply> OpenAsync(OpenSessionRequest request, CurrentUser user, long? after, bool isWhole, CancellationToken cancellationToken)
    {
        var found = await _finding.FindAsync(request.SessionId, user, Role.Viewer, cancellationToken);
        var session = Keep(found.Id);
        if (found.Owner is { } owner)
        {
            await session.OpenAsync(owner, after, isWhole, cancellationToken);
        }

        var (modes, options) = SettingsOf(found);
        return new OpenSessionReply(modes, options, MetaOf(found, session));
    }

    private async Task<EditorDone> CloseAsync(SessionRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        var session = OpenSession(request.SessionId);
        if (session.Owner is { } owner && session.Waits.Turns is { Count: > 0 } own)
        {
            await EditorAsking.CancelAsync(owner, session.Id, own, alsoInFlight: false, cancellationToken);
        }

        await CloseAsync(session);
        return new EditorDone();
    }

    private async Task<EditorDone> SetModeAsync(SetModeRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        await SetAsync(request.SessionId, ThreadSettings.ModeKey, new SettingValue(request.ModeId, IsOn: null), user, cancellationToken);
        return new EditorDone();
    }

    private async Task<SetOptionReply> SetOptionAsync(SetOptionRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        var value = SettingValue.Of(request.Value) ?? throw EditorRefusals.Invalid("The value of an option is an id, true or false.");
        var found = await SetAsync(request.SessionId, ThreadSettings.KeyOf(request.ConfigId), value, user, cancellationToken);
        var settings = found.Owner?.Current.ThreadOf(found.Id)?.Settings.With(request.ConfigId, value);
        return new SetOptionReply(JsonElement.Parse(settings?.ConfigOptions ?? "[]"));
    }

    private async Task<FoundSession> SetAsync(string sessionId, string key, SettingValue value, CurrentUser user, CancellationToken cancellationToken)
    {
        if (!JsonTexts.IsKept(key) || (value.Text is { } text && !JsonTexts.IsKept(text)))
        {
            throw EditorRefusals.Invalid("There is a character in it that is none.");
        }

        var found = await _finding.FindAsync(sessionId, user, Role.Editor, cancellationToken);
        await EditorAsking.SetAsync(found, key, value, cancellationToken);
        return found;
    }

    /// <summary>Up to its first wait it runs in the order of messages: a cancel behind it finds it.</summary>
    private async Task<PromptReply> PromptAsync(PromptRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        var session = OpenSession(request.SessionId);
        var prompt = _asking.Read(request.Prompt, session.Owner?.Current);
        var key = $"{KeyPrefix}{EditorMeta.Text(request.Meta, "promptId") ?? Guid.NewGuid().ToString("n")}";
        var turn = _asking.NewTurn(session.Id, prompt, key.Length <= 255 ? key : throw EditorRefusals.Invalid("_meta.atelier.promptId is too long."), user);
        var reply = session.Waits.For(turn);
        try
        {
            var found = await _finding.FindAsync(request.SessionId, user, Role.Editor, cancellationToken);
            var (asked, owner) = await _asking.AskAsync(found, turn, prompt, user, cancellationToken);
            if (session.Owner is null)
            {
                await session.OpenNewAsync(owner, cancellationToken);
            }

            if (asked.Id != turn.Id)
            {
                session.Waits.Forget(turn.Id);
                turn = asked;
                reply = session.Waits.For(turn);
            }

            return await ReplyAsync(session, owner, turn, reply, cancellationToken);
        }
        finally
        {
            session.Waits.Forget(turn.Id);
        }
    }

    private async Task<PromptReply> ReplyAsync(EditorSession session, AgentOwner owner, Turn turn, Task<PromptReply> reply, CancellationToken cancellationToken)
    {
        try
        {
            if (session.Waits.IsCancelled(turn.Id))
            {
                await EditorAsking.CancelAsync(owner, session.Id, [turn.Id], alsoInFlight: false, cancellationToken);
            }

            // It may be over, and its end told, before anybody waited for it.
            if (await _around.Rows.TurnAsync(owner.Current.Id, turn.Id, cancellationToken) is { IsOver: true } over)
            {
                await session.ToldAsync(await _around.Events.LastAsync(owner.Current.Id, cancellationToken), cancellationToken);
                session.Waits.Settle(over);
            }

            return await reply.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!Ended.IsCancellationRequested)
        {
            // The editor gave up the request. When it is gone instead, the turn goes on.
            await EditorAsking.CancelAsync(owner, session.Id, [turn.Id], alsoInFlight: false, CancellationToken.None);
            throw;
        }
    }

    private async ValueTask TakeCancelAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        if (User is not { } user || !WorkSessionId.TryParse(request.SessionId, provider: null, out var id) || !_sessions.TryGetValue(id, out var session))
        {
            return;
        }

        session.Waits.Cancel();
        try
        {
            if (session.Owner is not null && (await _finding.FindAsync(request.SessionId, user, Role.Editor, cancellationToken)).Owner is { } owner)
            {
                await EditorAsking.CancelAsync(owner, session.Id, session.Waits.Turns, alsoInFlight: true, cancellationToken);
            }
        }
        catch (JsonRpcException refused)
        {
            LogNotTaken(_around.Logger, request.SessionId, refused.Message); // a notification has no answer
        }
    }

    private EditorSession OpenSession(string id) =>
        WorkSessionId.TryParse(id, provider: null, out var known) && _sessions.TryGetValue(known, out var session) ? session : throw EditorRefusals.NotOpen();

    private EditorSession Keep(WorkSessionId id)
    {
        if (_sessions.TryGetValue(id, out var there))
        {
            return there;
        }

        return _sessions.Count < _around.Options.MaxOpenSessions
            ? _sessions.GetOrAdd(id, _ => new EditorSession(this, _around, id))
            : throw EditorRefusals.TooManySessions(_around.Options.MaxOpenSessions);
    }

    private async Task CloseAsync(EditorSession session)
    {
        _sessions.TryRemove(session.Id, out _);
        session.Waits.Fail();
        await session.DisposeAsync();
    }

    private static (JsonElement? Modes, JsonElement? Options) SettingsOf(FoundSession found)
    {
        var settings = found.Owner?.Current.ThreadOf(found.Id)?.Settings ?? ThreadSettings.None;
        JsonElement? modes = settings is { Modes: { } available, CurrentModeId: { } current }
            ? JsonSerializer.SerializeToElement(new JsonObject { ["currentModeId"] = current, ["availableModes"] = JsonNode.Parse(available) })
            : null;
        return (modes, settings.ConfigOptions is { } options ? JsonElement.Parse(options) : null);
    }

    private static JsonElement MetaOf(FoundSession found, EditorSession session)
    {
        var agent = found.Owner?.Current;
        var members = new JsonObject
        {
            ["agentId"] = agent?.Id.Value ?? found.Unasked?.AgentId.Value,
            ["agentProgramId"] = agent?.ProgramId ?? found.Unasked?.AgentProgramId,
            ["repositoryId"] = agent?.Place?.RepositoryId ?? found.Unasked?.RepositoryId,
            ["event"] = session.Position,
        };
        if (agent is not null)
        {
            members["openRequests"] = new JsonArray([.. agent.Requests
                .Where(one => one is { State: Requests.RequestState.Open, IsForPerson: true } && one.WorkSessionId == found.Id)
                .Select(one => JsonValue.Create(one.Id.Value))]);
        }

        return EditorMeta.Of(members);
    }

    [LoggerMessage(LogLevel.Debug, "An editor of {User} is gone: {Reason}")]
    private static partial void LogEnded(ILogger logger, string user, string reason);

    [LoggerMessage(LogLevel.Information, "The connection of an editor is ended: {Reason}")]
    private static partial void LogEnding(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "{Method} of an editor broke")]
    private static partial void LogFault(ILogger logger, string method, Exception fault);

    [LoggerMessage(LogLevel.Error, "Watching work session {WorkSession} for an editor broke")]
    public static partial void LogBroke(ILogger logger, string workSession, Exception broken);

    [LoggerMessage(LogLevel.Debug, "What an editor said to {Subject} is not taken: {Reason}")]
    public static partial void LogNotTaken(ILogger logger, string subject, string reason);
}
