using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.Layout;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.ZedSync;

namespace Atelier.Server.Agents;

/// <summary>What it means for an agent that something is said to its program; pure. Each looks at the plan again, so that what has changed meanwhile is not said.</summary>
internal static class AgentCommands
{
    /// <summary>Says what a step asks for, if the plan still does.</summary>
    public static bool Say(AgentChange change, AgentStep step)
    {
        if (AgentPlan.Next(change.Agent) != step || change.Agent is not { Instance: not null, Place.Path: { } path })
        {
            return false;
        }

        switch (step)
        {
            case AgentStep.Open:
                var opening = change.Say(new AgentCommand.Open(ProcessRecord.BuildVersion));
                change.Become(change.Agent with { Instance = change.Agent.Instance with { OpeningSequence = opening } });
                return true;
            case AgentStep.Cancel { Turn: var id } when change.Agent.Find(id) is { } turn && change.Agent.ThreadOf(turn.WorkSessionId) is { } open:
                change.Say(new AgentCommand.Cancel(open.ProgramThreadId ?? "") { RequestId = turn.RequestId });
                change.Become(change.Agent.With(turn with { IsCancelSent = true }));
                return true;
            case AgentStep.Answer { Request: var id } when change.Agent.Requests.Find(one => one.Id == id) is { } request:
                change.Say(AnswerTo(request));
                change.Become(change.Agent.With(request with
                {
                    IsAnswerSent = true,
                    Answer = request.IsEffect ? null : request.Answer, // it may be long, and stands in the command until it is said
                }));
                return true;
            case AgentStep.Set { Thread: var id, Key: var key } when change.Agent.Threads.Find(one => one.Id == id) is { ProgramThreadId: { } open } thread:
                var value = thread.Settings.Wishes[key].Value;
                ThreadSettingRules.Sent(change, thread, key, change.Say(ThreadSettings.OptionOf(key) is { } option
                    ? new AgentCommand.SetOption(open, option, value.Json())
                    : new AgentCommand.SetMode(open, value.Text ?? "")));
                return true;
            case AgentStep.LogIn { Method: var method }:
                LoginRules.Said(change, change.Say(new AgentCommand.Authenticate(method)));
                return true;
            case AgentStep.LogOut:
                LoginRules.Said(change, change.Say(new AgentCommand.LogOut()));
                return true;
            case AgentStep.CloseThread { Thread: var id } when change.Agent.Threads.Find(one => one.Id == id) is { ProgramThreadId: { } open } closed:
                change.Say(new AgentCommand.CloseThread(open));
                change.Become(change.Agent.With(closed with { OpenEpoch = 0 }));
                return true;
            case AgentStep.List { Cursor: var cursor }:
                ConversationRules.Asked(change, change.Say(new AgentCommand.ListThreads(cursor)));
                return true;
            case AgentStep.OpenThread { Thread: var id, Opening: var how } when change.Agent.Threads.Find(one => one.Id == id) is { } thread:
                var place = new AgentPlace(path);
                var sequence = change.Say((how, thread.ProgramThreadId) switch
                {
                    (ThreadOpening.Resume, { } known) => new AgentCommand.ResumeThread(known, place),
                    (ThreadOpening.Load, { } known) => new AgentCommand.LoadThread(known, place),
                    _ => new AgentCommand.NewThread(place),
                });
                change.Become(change.Agent.With(thread with
                {
                    OpeningSequence = sequence,
                    Opening = how,
                    ProgramThreadId = how == ThreadOpening.New ? null : thread.ProgramThreadId,
                    IsRetelling = how == ThreadOpening.Load && !thread.TakesUp,
                }));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Sends the prompt of a turn, if it is still next.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="step">Which.</param>
    /// <param name="history">What was said so far; null when the program knows.</param>
    public static bool SayPrompt(AgentChange change, AgentStep.Prompt step, string? history)
    {
        var agent = change.Agent;
        if (AgentPlan.Next(agent) != step || agent.Instance is not { } instance || agent.Find(step.Turn) is not { } turn
            || agent.Threads.Find(one => one.Id == step.Thread) is not { } thread)
        {
            return false;
        }

        using var content = JsonDocument.Parse(history is null ? turn.Content : PromptContent.After(history, turn.Content));
        var context = new Dictionary<string, string>
        {
            ["agentId"] = agent.Id.Value,
            ["taskId"] = agent.Id.Value,
            ["instanceId"] = instance.Id.Value,
            ["threadId"] = thread.Id.Value,
            ["workSessionId"] = turn.WorkSessionId.Value,
            ["workSessionName"] = agent.Find(turn.WorkSessionId)?.Name ?? "",
            ["turnId"] = turn.Id.Value,
            ["requestId"] = turn.RequestId,
        };
        if (agent.Protocol == AgentProtocol.Zed)
        {
            change.Remember(ZedEntry.OfPrompt(thread, turn, PromptContent.TextOf(content.RootElement.GetRawText())));
        }

        var sequence = change.Say(new AgentCommand.Prompt(thread.ProgramThreadId ?? "", content.RootElement.Clone(), context));
        change.Become(change.Agent
            .With(turn with { State = TurnState.Sent, DispatchedAt = change.Now, LastEventAt = null, Epoch = instance.Epoch, Sequence = sequence })
            .With(thread with { IsRetelling = false, NeedsHistory = false, LastActivityAt = change.Now }));
        return true;
    }

    /// <summary>The place cannot be made: the agent has failed, and what it was asked with it. Trying the turn again tries the place again.</summary>
    public static void PlaceRefused(AgentChange change, string problem)
    {
        if (change.Agent.Status != AgentStatus.Preparing)
        {
            return;
        }

        change.Become(change.Agent with { Status = AgentStatus.Failed, Problem = problem });
        foreach (var turn in change.Agent.Turns.Where(turn => turn.State == TurnState.Queued).ToList())
        {
            change.Become(change.Agent.With(turn.Finished(TurnState.Failed, stopReason: null, problem, change.Now)));
        }
    }

    private static AgentCommand AnswerTo(AgentRequest request)
    {
        using var answer = JsonDocument.Parse(request.Answer ?? throw new InvalidOperationException($"The request {request.Id} has no answer."));
        return answer.RootElement.TryGetProperty("error", out var error)
            ? new AgentCommand.Refuse(request.ProgramRequestId, error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString() ?? "")
            : new AgentCommand.Answer(request.ProgramRequestId, answer.RootElement.GetProperty("result").Clone());
    }
}
