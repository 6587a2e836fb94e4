using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>What is new with the rules that follow from it: ids, and places in the conversation.</summary>
/// <param name="NewTurn">An id for a turn that somebody asked for in Zed.</param>
/// <param name="NewRequest">An id for a question.</param>
/// <param name="AddWorkSession">Adds a work session with a thread; null when the agent takes no more.</param>
/// <param name="NextPosition">A position after all others.</param>
internal sealed record ZedNewIds(Func<TurnId> NewTurn, Func<RequestId> NewRequest, Func<AgentChange, string, WorkSessionId?> AddWorkSession, long NextPosition);

/// <summary>What becomes of an agent by what Zed says; pure. Written for one change, event after event.</summary>
internal sealed class ZedTaking(AgentChange change, ZedState state, ZedNewIds ids)
{
    private const int MaxAttempts = 3;
    private const int MaxTitleLength = 80;
    private const string FromZed = "From Zed";

    private long _position = ids.NextPosition;

    /// <summary>What is known of the connection then.</summary>
    public ZedState State { get; private set; } = state;

    /// <summary>Takes an event; says whether it means anything.</summary>
    public bool Take(ZedEvent said)
    {
        var before = change.Events.Count;
        if (change.Agent.Instance is not { HasProcess: true } || !TakeKnown(said.EventType, said.Data))
        {
            return false;
        }

        Touch(change.Events.Skip(before).Select(one => one.TurnId).ToHashSet());
        return true;
    }

    private bool TakeKnown(string type, ZedEventData data)
    {
        switch (type)
        {
            case ZedEventTypes.Ping or ZedEventTypes.UiStateResponse or ZedEventTypes.ElicitationResponseAck:
                return true;
            case ZedEventTypes.AgentReady:
                State = ZedResume.Ready(change, State, data);
                return true;
            case ZedEventTypes.ThreadCreated or ZedEventTypes.ContextCreated:
                ZedThreads.Begun(change, data.RequestId, data.Thread, isOpen: true);
                return true;
            case ZedEventTypes.UserCreatedThread:
                UserCreatedThread(data);
                return true;
            case ZedEventTypes.ThreadTitleChanged or ZedEventTypes.ContextTitleChanged:
                TitleChanged(data);
                return true;
            case ZedEventTypes.MessageAdded or ZedEventTypes.MessageUpdated:
                MessageAdded(data, data.Content?.Text() ?? data.Message ?? "");
                return true;
            case ZedEventTypes.MessageCompleted or ZedEventTypes.ChatResponseDone:
                Completed(data);
                return true;
            case ZedEventTypes.ChatResponse:
                MessageAdded(data with { MessageId = "chat", Role = "assistant" }, data.Content?.Text() ?? data.Message ?? "");
                Completed(data);
                return true;
            case ZedEventTypes.ChatResponseChunk:
                Piece(data);
                return true;
            case ZedEventTypes.ChatResponseError:
                TurnFailed(data);
                return true;
            case ZedEventTypes.ThreadLoadError:
                ThreadNotLoaded(data);
                return true;
            case ZedEventTypes.TurnCancelled:
                State = ZedResume.Cancelled(change, State, data);
                return true;
            case ZedEventTypes.ElicitationRequested when data is { Thread: { } thread, ElicitationId: { Length: > 0 } id } && data.Status is null or "" or "pending":
                AgentNotices.Take(change, Epoch, new AgentNotice.Asked(new ZedQuestion(thread, id).ProgramRequestId, thread, AgentRequest.Question, QuestionOf(data)), ids.NewRequest);
                return true;
            case ZedEventTypes.ElicitationResolved when data is { Thread: { } thread, ElicitationId: { Length: > 0 } id }:
                Withdraw(request => request.ProgramRequestId == new ZedQuestion(thread, id).ProgramRequestId);
                return true;
            case ZedEventTypes.ElicitationResync when data is { Thread: { } thread, ElicitationIds: { ValueKind: JsonValueKind.Array } open }:
                var known = open.EnumerateArray().Select(id => new ZedQuestion(thread, id.Text() ?? "").ProgramRequestId).ToHashSet(StringComparer.Ordinal);
                Withdraw(request => ZedQuestion.Of(request.ProgramRequestId)?.Thread == thread && !known.Contains(request.ProgramRequestId));
                return true;
            default:
                return false;
        }
    }

    private int Epoch => change.Agent.Instance?.Epoch ?? 0;

    private void Touch(HashSet<TurnId?> spoken)
    {
        if (spoken.Count == 0 || change.Agent.Instance is not { } instance)
        {
            return;
        }

        change.Become(change.Agent with
        {
            Instance = instance with { LastActivityAt = change.Now },
            Turns = change.Agent.Turns.ConvertAll(turn => turn.IsInFlight && spoken.Contains(turn.Id) ? turn with { LastEventAt = change.Now } : turn),
        });
    }

    private void UserCreatedThread(ZedEventData data)
    {
        if (data.Thread is not { } id || !ZedThreads.IsName(id) || change.Agent.Threads.Exists(one => one.ProgramThreadId == id))
        {
            return;
        }

        // Several drafts may come at once; each that nothing is asked in would be an empty line of work.
        if (!change.Agent.WorkSessions.Exists(one => one is { IsOver: false, StartedAt: null } && change.Agent.ThreadOf(one.Id) is { ProgramThreadId: not null }))
        {
            AddThread(id, data.Title);
        }
    }

    private AgentThread? AddThread(string id, string? title)
    {
        var name = ZedTexts.Clean(title).ReplaceLineEndings(" ").Trim().Beginning(MaxTitleLength);
        if (change.Agent.IsOver || ids.AddWorkSession(change, new string([.. name.Where(one => !char.IsControl(one))]) is { Length: > 0 } kept ? kept : FromZed) is not { } workSession
            || change.Agent.ThreadOf(workSession) is not { } thread)
        {
            return null;
        }

        var open = thread with { ProgramThreadId = id, OpenEpoch = Epoch, Status = ThreadStatus.Active, LastActivityAt = change.Now };
        change.Become(change.Agent.With(open));
        return open;
    }

    private void TitleChanged(ZedEventData data)
    {
        if (ZedNews.RouteOf(change.Agent, State, data) is not { Thread: { } thread } || ZedTexts.Clean(data.Title) is not { Length: > 0 } title)
        {
            return;
        }

        change.Tell(EventKinds.Title, thread.WorkSessionId, turn: null, new JsonObject { ["title"] = title }.ToJsonString());
        if (change.Agent.Title is null && AgentTitle.Fit(title) is { Length: > 0 } fit)
        {
            change.Become(change.Agent with { Title = fit });
        }
    }

    private void MessageAdded(ZedEventData data, string content)
    {
        var text = ZedTexts.Clean(content);
        ZedThreads.Learn(change, data);
        var route = ZedNews.RouteOf(change.Agent, State, data);
        if (route.Thread is null && data.Thread is { } unknown && ZedThreads.IsName(unknown) && data.Role == "user" && AddThread(unknown, title: null) is { } added)
        {
            route = route with { Thread = added };
        }

        if (route.Thread is not { } thread || !IsMessageId(data.MessageId))
        {
            change.Tell(EventKinds.Other, workSession: null, turn: null, new JsonObject { ["zed"] = ZedEventTypes.MessageAdded, ["role"] = ZedTexts.Clean(data.Role), ["text"] = text }.ToJsonString());
            return;
        }

        var zedThread = (data.Thread ?? thread.ProgramThreadId ?? "").Kept().Beginning(AgentThread.MaxProgramThreadIdLength);
        if (data.Role == "user")
        {
            Typed(route, thread, new ZedEntryKey(thread.Id, zedThread, "", data.MessageId ?? ""), text);
            return;
        }

        if (ZedNews.Reopening(State, route, zedThread, data.MessageId ?? "", text) is not { } place || ZedNews.IsRetold(State, place, zedThread, data.MessageId ?? "", text))
        {
            return;
        }

        route = place;
        Works(route.Turn);
        State = data.Role == "system" ? State
            : data.EntryType == "tool_call" ? ZedNews.TellTool(change, State, route, thread, zedThread, data, text)
            : ZedNews.TellText(change, State, route, thread, zedThread, data.MessageId ?? "", text);
    }

    private void Piece(ZedEventData data)
    {
        var route = ZedNews.RouteOf(change.Agent, State, data);
        if (route.Thread is { } thread && ZedTexts.Clean(data.Content?.Text() ?? data.Message) is { Length: > 0 } piece)
        {
            Works(route.Turn);
            State = ZedNews.TellPiece(change, State, route, thread, thread.ProgramThreadId ?? "", piece);
        }
    }

    /// <summary>Somebody typed in Zed: that is a turn of the work session, and nothing to be sent.</summary>
    private void Typed(ZedRoute route, AgentThread thread, ZedEntryKey key, string text)
    {
        if (string.IsNullOrWhiteSpace(text) || State.Entries.ContainsKey(key) && State.Entries[key].Begins(text)
            || State.Entries.Values.Any(entry => entry.Key.ThreadId == thread.Id && entry.Kind == ZedEntryKind.User && entry.Length == text.Length && entry.Begins(text) && entry.Key.ZedThreadId.Length == 0))
        {
            return; // it is ours, or was taken before
        }

        if (route.Turn is { IsInFlight: true } || change.Agent.Find(thread.WorkSessionId) is not { IsOver: false } workSession || change.Agent.IsOver)
        {
            State = ZedNews.TellUser(change, State, route, thread, key, text);
            return;
        }

        var turn = new Turn
        {
            Id = ids.NewTurn(),
            WorkSessionId = thread.WorkSessionId,
            Position = _position,
            Content = PromptContent.Of(text, []),
            State = TurnState.Running,
            CreatedAt = change.Now,
            DispatchedAt = change.Now,
            LastEventAt = change.Now,
            Epoch = Epoch,
        };
        _position += AgentOwner.TurnSpacing;
        change.Become(change.Agent.With(turn).With(workSession with { Status = WorkSessionStatus.Active, StartedAt = workSession.StartedAt ?? change.Now }));
        State = ZedNews.Remember(change, State, new ZedEntry(key, ZedEntryKind.User, text.Length, ZedEntry.HashOf(text)));
    }

    private void Works(Turn? turn)
    {
        if (turn is { State: TurnState.Sent })
        {
            // What was to be cancelled before it began runs now all the same: it is told again to end.
            change.Become(change.Agent.With(turn with { State = TurnState.Running, IsCancelSent = false }));
        }
    }

    private void Completed(ZedEventData data)
    {
        ZedThreads.Learn(change, data);
        var route = ZedNews.RouteOf(change.Agent, State, data);
        if (route is not { Turn: { IsOver: false, DispatchedAt: not null } or { State: TurnState.Queued }, Thread: { } thread } || route.Turn is not { } turn
            || (data.RequestId is { Length: > 0 } request && request != turn.RequestId && turn.Sequence is not null))
        {
            return; // it is over already, or nobody's
        }

        if (data.Usage is { ValueKind: JsonValueKind.Object } usage)
        {
            change.Tell(EventKinds.TurnUsage, turn.WorkSessionId, turn.Id, UsageOf(usage).ToJsonString());
        }

        AgentNotices.Finish(change, turn switch
        {
            { IsCancelSent: true } => turn.Finished(TurnState.Cancelled, "cancelled", problem: null, change.Now),
            _ when turn.Sequence is not null && !State.HasHeard(thread.Id, turn.RequestId) =>
                turn.Finished(TurnState.Failed, stopReason: null, "Zed ended it without an answer.", change.Now),
            _ => turn.Finished(TurnState.Done, "end_turn", problem: null, change.Now),
        });
    }

    private void TurnFailed(ZedEventData data)
    {
        var error = ErrorOf(data);
        if (ZedNews.RouteOf(change.Agent, State, data) is { Turn: { IsOver: false } turn, Thread: { } thread } && (data.RequestId is not { Length: > 0 } request || request == turn.RequestId))
        {
            Fail(turn, thread, error, isThreadGone: ZedTexts.IsThreadGone(error));
        }
    }

    private void ThreadNotLoaded(ZedEventData data)
    {
        var error = ErrorOf(data);
        var route = ZedNews.RouteOf(change.Agent, State, data);
        if (route.Thread is not { } thread || (data.Thread is { } id && thread.ProgramThreadId != id))
        {
            return; // it has been given up before
        }

        if (change.Agent.InFlight(thread.WorkSessionId) is { } turn)
        {
            Fail(turn, thread, error, isThreadGone: true);
        }
        else
        {
            Lose(thread);
        }
    }

    /// <summary>A turn comes to nothing. Where that is for want of its conversation, a new one takes the conversation's place, and a prompt that nothing was done about goes there.</summary>
    private void Fail(Turn turn, AgentThread thread, string error, bool isThreadGone)
    {
        if (isThreadGone)
        {
            Lose(thread);
        }

        var mayGoOn = isThreadGone && turn is { State: TurnState.Sent, Attempt: < MaxAttempts, CancelRequestedAt: null, Sequence: not null };
        if (mayGoOn)
        {
            change.Become(change.Agent.With(turn.Again(turn.Position)));
            AgentMetrics.Redelivered.Add(1);
            return;
        }

        AgentNotices.Finish(change, turn.CancelRequestedAt is null
            ? turn.Finished(TurnState.Failed, stopReason: null, error, change.Now)
            : turn.Finished(TurnState.Cancelled, "cancelled", problem: null, change.Now));
    }

    private void Lose(AgentThread thread) => change.Become(change.Agent.With(thread with
    {
        ProgramThreadId = null,
        OpenEpoch = 0,
        OpeningSequence = null,
        Status = thread.Status == ThreadStatus.Completed ? thread.Status : ThreadStatus.Pending,
        NeedsHistory = true,
    }));

    private void Withdraw(Predicate<AgentRequest> which)
    {
        foreach (var request in change.Agent.Requests.FindAll(one => one.State == RequestState.Open && which(one)))
        {
            AgentNotices.Take(change, request.Epoch, new AgentNotice.Withdrew(request.ProgramRequestId), ids.NewRequest);
        }
    }

    private static string ErrorOf(ZedEventData data) => ZedTexts.Clean(data.Error ?? data.Message) is { Length: > 0 } error ? error : "Zed ended it with an error, and does not say which.";

    private static JsonElement QuestionOf(ZedEventData data)
    {
        var payload = new JsonObject { ["message"] = ZedTexts.Clean(data.Message), ["mode"] = data.Mode is { Length: > 0 } mode ? mode : "form" };
        if (data.RequestedSchema is { ValueKind: JsonValueKind.Object } schema)
        {
            payload["requestedSchema"] = JsonNode.Parse(schema.Json());
        }

        if (data.ToolCallId is { Length: > 0 } call)
        {
            payload["toolCallId"] = call;
        }

        return JsonElement.Parse(payload.ToJsonString());
    }

    /// <summary>What a turn took, by the names that the Agent Client Protocol has.</summary>
    private static JsonObject UsageOf(JsonElement usage)
    {
        var counted = new JsonObject();
        foreach (var member in usage.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt64(out var tokens))
            {
                counted[JsonNamingPolicy.CamelCase.ConvertName(string.Concat(member.Name.Split('_').Select((word, index) => index == 0 || word.Length == 0 ? word : $"{char.ToUpperInvariant(word[0])}{word[1..]}")))] = tokens;
            }
        }

        return counted;
    }

    private static bool IsMessageId(string? id) => id is { Length: > 0 and <= 64 } && JsonTexts.IsKept(id);
}
