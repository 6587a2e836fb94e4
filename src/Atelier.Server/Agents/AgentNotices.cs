using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents;

/// <summary>What becomes of an agent by what its program says; pure.</summary>
/// <remarks>
/// An answer is routed by the number of the command it is for, an update by its thread and to the one turn in flight there. What belongs to nothing stands in the
/// events without a turn.
/// </remarks>
internal static class AgentNotices
{
    private const int AuthenticationNeeded = -32000;

    /// <param name="change">Written into.</param>
    /// <param name="epoch">The process that said it.</param>
    /// <param name="notice">What it said.</param>
    /// <param name="newRequest">Gives ids to questions.</param>
    public static void Take(AgentChange change, int epoch, AgentNotice notice, Func<RequestId> newRequest)
    {
        // A process whose end is stored has said everything; only what is repeated could come after it.
        if (change.Agent.Instance is not { } instance || epoch != instance.Epoch || !instance.HasProcess)
        {
            return;
        }

        switch (notice)
        {
            case AgentNotice.Opened opened when opened.Sequence == instance.OpeningSequence:
                change.Become(change.Agent with
                {
                    Instance = instance with
                    {
                        Abilities = opened.Program,
                        Status = instance.Status is InstanceStatus.Completed ? instance.Status : InstanceStatus.Active,
                        DisconnectedAt = null,
                        Problem = null,
                        LastActivityAt = change.Now,
                    },
                });
                ConversationRules.Opened(change, opened.Program);
                break;
            case AgentNotice.ThreadsListed listed:
                ConversationRules.Listed(change, listed);
                break;
            case AgentNotice.ThreadOpened opened when change.Agent.Threads.Find(one => one.OpeningSequence == opened.Sequence) is { } thread:
                ThreadOpened(change, instance, thread, opened);
                break;
            case AgentNotice.TurnEnded ended when Sent(change.Agent, epoch, ended.Sequence) is { } turn:
                if (ended.Usage is { ValueKind: JsonValueKind.Object } usage)
                {
                    change.Tell(EventKinds.TurnUsage, turn.WorkSessionId, turn.Id, usage.Json());
                }

                TurnOver(change, turn.Finished(ended.Reason == "cancelled" ? TurnState.Cancelled : TurnState.Done, ended.Reason.Kept(), problem: null, change.Now));
                break;
            case AgentNotice.Succeeded succeeded when LoginRules.Succeeded(change, succeeded.Sequence) || ConversationRules.Answered(change, succeeded.Sequence, problem: null):
                break;
            case AgentNotice.Succeeded succeeded:
                ThreadSettingRules.Succeeded(change, succeeded.Sequence, succeeded.Result);
                break;
            case AgentNotice.Failed failed:
                Failed(change, epoch, failed, newRequest);
                break;
            case AgentNotice.Said said:
                Said(change, said);
                break;
            case AgentNotice.Asked asked:
                Asked(change, epoch, asked, newRequest);
                break;
            case AgentNotice.Withdrew withdrew when change.Agent.Requests.Find(one => IsOpen(one, epoch, withdrew.RequestId)) is { } request:
                // It must be answered all the same.
                change.Become(EffectRules.Withdraw(
                    change.Agent, one => one.Id == request.Id, _ => RequestAnswer.Error(JsonRpcErrorCodes.Cancelled, "The request was cancelled."), change.Now));
                break;
            case AgentNotice.QuestionOver over:
                QuestionOver(change, epoch, over.Question.Kept());
                break;
            case AgentNotice.Ended ended:
                ProcessEnded(change, instance, ended);
                break;
        }
    }

    /// <summary>The process cannot be had: whoever waits for it is told why, and the queues wait for a person.</summary>
    public static void NotStarted(AgentChange change, string problem)
    {
        if (change.Agent.Instance is { HasProcess: true } instance)
        {
            change.Become(change.Agent with { Instance = instance.Ended(InstanceStatus.Failed, problem, change.Now) });
            ConversationRules.GiveUp(change, problem);
            FailHeads(change, problem);
        }
    }

    /// <summary>A process that runs and cannot be spoken with is ended, and whoever waits for it is told why.</summary>
    public static void NotReached(AgentChange change, string problem)
    {
        if (change.Agent.Instance is { HasProcess: true, IsUnwanted: false } instance)
        {
            change.Become(change.Agent with { Instance = instance with { IsUnwanted = true, Problem = problem } });
            FailHeads(change, problem);
        }
    }

    /// <summary>A process that does not take a command takes none after it either: it is ended, and what the command was for fails.</summary>
    public static void NotTaken(AgentChange change, NumberedCommand command, string problem)
    {
        Failed(change, command.Epoch, new AgentNotice.Failed(command.Sequence, Code: 0, problem, Details: null), newRequest: null);
        if (change.Agent.Instance is { HasProcess: true, IsUnwanted: false } instance && instance.Epoch == command.Epoch)
        {
            change.Become(change.Agent with { Instance = instance with { IsUnwanted = true, Problem = problem } });
        }
    }

    /// <summary>A turn is over.</summary>
    public static void Finish(AgentChange change, Turn turn) => TurnOver(change, turn);

    private static Turn? Sent(Agent agent, int epoch, long sequence) =>
        agent.Turns.Find(turn => turn.IsInFlight && turn.Epoch == epoch && turn.Sequence == sequence);

    /// <summary>The thread that is open under a name in the process that runs, or is being opened.</summary>
    private static AgentThread? ThreadIn(Agent agent, string? programThreadId) => programThreadId is null ? null : agent.Threads.Find(one =>
        one.ProgramThreadId == programThreadId && (one.OpenEpoch == agent.Instance?.Epoch || one.OpeningSequence is not null));

    private static bool IsOpen(AgentRequest request, int epoch, string programRequestId) =>
        request.State == RequestState.Open && request.Epoch == epoch && request.ProgramRequestId == programRequestId;

    private static void ThreadOpened(AgentChange change, AgentInstance instance, AgentThread thread, AgentNotice.ThreadOpened opened)
    {
        var id = opened.Thread ?? thread.ProgramThreadId;
        var other = id is null ? null : change.Agent.Threads.Find(one => one.Id != thread.Id && one.ProgramThreadId == id);
        var comesLater = id is null && instance.Abilities is { BeginsThreadsWithPrompts: true };
        if (!comesLater && (id is not { Length: > 0 and <= AgentThread.MaxProgramThreadIdLength } || !JsonTexts.IsKept(id)))
        {
            ThreadNotOpened(change, thread with { Opening = ThreadOpening.New }, "The program gave its conversation no name that can be kept.");
            return;
        }

        if (other?.OpenEpoch == instance.Epoch)
        {
            ThreadNotOpened(change, thread with { Opening = ThreadOpening.New }, $"The program gave the same conversation ({id}) to two threads.");
            return;
        }

        if (other is not null)
        {
            // It begins to count anew with each process: the conversation that had the name before is not there any more.
            change.Become(change.Agent.With(other with { ProgramThreadId = null, NeedsHistory = true }));
        }

        change.Become(change.Agent.With(thread with
        {
            Status = thread.Status == ThreadStatus.Completed ? thread.Status : ThreadStatus.Active,
            ProgramThreadId = id,
            OpenEpoch = instance.Epoch,
            OpeningSequence = null,
            IsRetelling = thread.Opening == ThreadOpening.Load && !thread.TakesUp,
            TakesUp = false,
            NeedsHistory = thread.NeedsHistory || thread.Opening == ThreadOpening.New,
            LastActivityAt = change.Now,
        }));
        ThreadSettingRules.Opened(change, thread.Id, opened.Modes, opened.Options);
        TellSetting(change, thread.WorkSessionId, "mode", opened.Modes);
        TellSetting(change, thread.WorkSessionId, "options", opened.Options is { } options ? JsonSerializer.SerializeToElement(new { configOptions = options }) : null);
    }

    private static void TellSetting(AgentChange change, WorkSessionId workSession, string kind, JsonElement? value)
    {
        if (value is { ValueKind: JsonValueKind.Object } setting)
        {
            change.Tell(kind, workSession, turn: null, setting.Json());
        }
    }

    private static void Failed(AgentChange change, int epoch, AgentNotice.Failed failed, Func<RequestId>? newRequest)
    {
        var agent = change.Agent;
        var message = failed.Message.Kept();
        if (newRequest is not null && LoginRules.Failed(change, failed.Sequence, message, newRequest))
        {
            return;
        }

        var needsLogin = failed.Code == AuthenticationNeeded && newRequest is not null;
        var words = needsLogin ? $"The program wants somebody to log in first: {message}" : message;
        if (needsLogin && newRequest is not null)
        {
            LoginRules.Need(change, message, newRequest);
            agent = change.Agent;
        }

        if (needsLogin && agent.Threads.Find(one => one.OpeningSequence == failed.Sequence) is { } refused)
        {
            change.Become(agent.With(refused with { OpeningSequence = null })); // it is opened when somebody has
        }
        else if (needsLogin && Sent(agent, epoch, failed.Sequence) is { } early && LoginRules.TakeBack(change, early))
        {
            // It was not begun: it waits in its queue.
        }
        else if (Sent(agent, epoch, failed.Sequence) is { } turn)
        {
            // Some programs end a cancelled turn with an error.
            TurnOver(change, turn.CancelRequestedAt is null
                ? turn.Finished(TurnState.Failed, stopReason: null, words, change.Now)
                : turn.Finished(TurnState.Cancelled, "cancelled", problem: null, change.Now));
        }
        else if (agent.Instance is { } instance && instance.OpeningSequence == failed.Sequence)
        {
            change.Become(agent with { Instance = instance with { Status = InstanceStatus.Failed, IsUnwanted = true, Problem = words } });
            FailHeads(change, words);
        }
        else if (agent.Threads.Find(one => one.OpeningSequence == failed.Sequence) is { } thread)
        {
            ThreadNotOpened(change, thread, words);
        }
        else if (!ConversationRules.Answered(change, failed.Sequence, words))
        {
            ThreadSettingRules.Failed(change, failed.Sequence, words);
        }
    }

    /// <summary>A conversation that is not there any more is given up, and a new one takes its place; a new one that is refused fails its turn.</summary>
    private static void ThreadNotOpened(AgentChange change, AgentThread thread, string problem)
    {
        if (thread is { TakesUp: true, Opening: not ThreadOpening.New })
        {
            // There is nothing of it here that a new one could go on with.
            change.Become(change.Agent.With(thread with { OpeningSequence = null, ProgramThreadId = null, TakesUp = false, Status = ThreadStatus.Failed }));
            change.Tell(EventKinds.Noise, thread.WorkSessionId, turn: null, new System.Text.Json.Nodes.JsonObject { ["text"] = $"The conversation could not be taken up: {problem}" }.ToJsonString());
            return;
        }

        if (thread.Opening != ThreadOpening.New)
        {
            change.Become(change.Agent.With(thread with { OpeningSequence = null, ProgramThreadId = null, Status = ThreadStatus.Pending, NeedsHistory = true }));
            return;
        }

        change.Become(change.Agent.With(thread with
        {
            OpeningSequence = null,
            ProgramThreadId = null,
            Status = thread.Status == ThreadStatus.Completed ? thread.Status : ThreadStatus.Failed,
        }));
        FailHead(change, thread.WorkSessionId, problem);
    }

    private static void Said(AgentChange change, AgentNotice.Said said)
    {
        var thread = ThreadIn(change.Agent, said.Thread);
        if (thread is { IsRetelling: true } && EventKinds.IsRetold(said.Event))
        {
            return; // it stands in the events already
        }

        var turn = thread is null ? null : change.Agent.InFlight(thread.WorkSessionId);
        if (turn is { State: TurnState.Sent } && EventKinds.IsWork(said.Event))
        {
            turn = turn with { State = TurnState.Running };
            change.Become(change.Agent.With(turn));
        }

        change.Tell(EventKinds.OfProgram(said.Event), thread?.WorkSessionId, turn?.Id, said.Payload.Json());
        if (thread is not null)
        {
            ThreadSettingRules.Said(change, thread, said.Event, said.Payload);
        }

        if (said.Event == EventKinds.Title && change.Agent.Title is null && TitleIn(said.Payload) is { } title)
        {
            change.Become(change.Agent with { Title = title });
        }
    }

    private static string? TitleIn(JsonElement payload) =>
        payload.Member("title")?.Text() is { } text && AgentTitle.Fit(text) is { Length: > 0 } title ? title : null;

    private static void Asked(AgentChange change, int epoch, AgentNotice.Asked asked, Func<RequestId> newRequest)
    {
        var agent = change.Agent;
        var programRequestId = asked.RequestId.Kept();
        if (agent.Requests.Exists(one => IsOpen(one, epoch, programRequestId)))
        {
            return; // two questions under one id cannot both be answered
        }

        var thread = ThreadIn(agent, asked.Thread);
        var turn = thread is null ? null : agent.InFlight(thread.WorkSessionId);
        if (turn is { State: TurnState.Sent })
        {
            turn = turn with { State = TurnState.Running };
            change.Become(agent.With(turn));
        }

        var request = new AgentRequest
        {
            Id = newRequest(),
            Epoch = epoch,
            ProgramRequestId = programRequestId,
            WorkSessionId = thread?.WorkSessionId,
            TurnId = turn?.Id,
            What = asked.What.Kept(),
            Payload = asked.Payload.Json(),
            CreatedAt = change.Now,
        };
        var isCancelled = turn?.CancelRequestedAt is not null;
        var refusal = request.IsEffect ? EffectRules.Refusal(change.Agent, request, isCancelled)
            : !request.IsForPerson ? RequestAnswer.Error(JsonRpcErrorCodes.MethodNotFound, $"{request.What} is not served here.")
            : isCancelled ? RequestAnswer.Cancelled(request.What)
            : null;
        change.Become(change.Agent.With(refusal is null ? request : request.Answered(refusal, change.Now)));
        if (refusal is null && request.IsEffect)
        {
            EffectRules.Begin(change, request);
        }
    }

    /// <summary>What a person was sent to an address for has been done there: whoever is still asked has answered by it.</summary>
    private static void QuestionOver(AgentChange change, int epoch, string question)
    {
        change.Tell(EventKinds.QuestionOver, workSession: null, turn: null, new System.Text.Json.Nodes.JsonObject { ["elicitationId"] = question }.ToJsonString());
        if (change.Agent.Requests.Find(one => one is { What: AgentRequest.Question, State: RequestState.Open } && one.Epoch == epoch
            && EffectRules.TextIn(one, "elicitationId") == question) is { } open)
        {
            change.Become(change.Agent.With(open.Answered(RequestAnswer.Action("accept"), change.Now)));
        }
    }

    private static void ProcessEnded(AgentChange change, AgentInstance instance, AgentNotice.Ended ended)
    {
        var how = ended switch
        {
            { Signal: { } signal } => $"it was ended by the signal {signal.Kept()}",
            { ExitCode: { } code } => $"it ended with exit code {code}",
            _ => "it is gone",
        };
        var words = ended.LastWords is { Length: > 0 } last ? $" Its last words: {last.Kept().Trim()}" : "";
        var wasWanted = !instance.IsUnwanted;
        var wasOpen = instance.Abilities is not null;
        var inFlight = change.Agent.Turns.FindAll(turn => turn.IsInFlight && turn.Epoch == instance.Epoch);
        var next = instance.Status is InstanceStatus.Completed or InstanceStatus.Failed ? instance.Status
            : inFlight.IsEmpty ? InstanceStatus.Pending : InstanceStatus.Disconnected;
        var problem = wasWanted ? $"The program ended: {how}.{words}" : instance.Problem;
        change.Become(change.Agent with
        {
            Instance = instance.Ended(next, problem, change.Now),
            Threads = change.Agent.Threads.ConvertAll(thread => thread.Disconnected()),
            Requests = change.Agent.Requests.ConvertAll(request => request.Epoch == instance.Epoch && request.State == RequestState.Open
                ? request with { State = RequestState.Void }
                : request),
            Terminals = EffectRules.WithoutHolder(change.Agent, instance.Epoch, change.Now),
        });
        foreach (var turn in inFlight)
        {
            if (turn.CancelRequestedAt is null)
            {
                TurnOver(change, turn.Finished(TurnState.Failed, stopReason: null, $"The program ended in the middle of it: {how}.{words}", change.Now));
                TurnQueue.Hold(change, turn.WorkSessionId);
            }
            else
            {
                TurnOver(change, turn.Finished(TurnState.Cancelled, "cancelled", problem: null, change.Now)); // which is what was wished for
            }
        }

        if (wasWanted)
        {
            ConversationRules.GiveUp(change, $"The program ended: {how}.");
        }

        if (wasWanted && !wasOpen)
        {
            FailHeads(change, $"The program ended before it was ready: {how}.{words}");
        }
    }

    /// <summary>What a person was asked within a turn is not asked any more when it is over. What is being done for the program is done.</summary>
    private static void TurnOver(AgentChange change, Turn turn)
    {
        change.Become(change.Agent.With(turn));
        change.Become(EffectRules.Withdraw(
            change.Agent, request => request.TurnId == turn.Id && request.IsForPerson, request => RequestAnswer.Cancelled(request.What), change.Now));
    }

    private static void FailHeads(AgentChange change, string problem)
    {
        foreach (var thread in change.Agent.Threads)
        {
            FailHead(change, thread.WorkSessionId, problem);
        }
    }

    private static void FailHead(AgentChange change, WorkSessionId workSession, string problem)
    {
        if (change.Agent.Queue(workSession).FirstOrDefault() is { } head)
        {
            change.Become(change.Agent.With(head.Finished(TurnState.Failed, stopReason: null, problem, change.Now)));
            TurnQueue.Hold(change, workSession);
        }
    }
}
