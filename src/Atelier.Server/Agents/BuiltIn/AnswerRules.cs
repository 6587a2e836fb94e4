using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.ModelProviders.Asking;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>Which try of which step: what came of another one is nothing to it.</summary>
internal sealed record ModelTry(WorkSessionId WorkSession, StepId Step, int Number);

/// <summary>A text that was streamed.</summary>
internal sealed record StreamedText(bool IsThought, string Words);

/// <summary>What becomes of an answer while a model is asked for it; pure. Each says whether it is still wanted.</summary>
internal static class AnswerRules
{
    /// <summary>A model is asked for a step. What a try before said, whose end nobody has seen, is no answer.</summary>
    /// <returns>The try; null when the step is not wanted any more.</returns>
    public static ModelTry? Begin(AgentChange change, WorkSessionId workSession, StepId id)
    {
        if (change.Agent.BuiltInOf(workSession) is not { Head: { State: StepState.Begun } step } thread || step.Id != id
            || change.Agent.InFlight(workSession) is not { CancelRequestedAt: null } turn)
        {
            return null;
        }

        if (step.HasSpoken)
        {
            TellCut(change, workSession, step, "The server ended in the middle of it.", retryAt: null);
        }

        var tried = step with { Tries = step.Tries + 1, HasSpoken = false };
        change.Become(change.Agent.With(thread.With(tried)));
        return new ModelTry(workSession, id, tried.Tries);
    }

    /// <summary>Some of it has come.</summary>
    public static bool Said(AgentChange change, ModelTry of, IReadOnlyList<StreamedText> texts)
    {
        if (Wanted(change, of) is not var (thread, step, turn))
        {
            return false;
        }

        if (!step.HasSpoken)
        {
            change.Become(change.Agent.With(thread.With(step with { HasSpoken = true })));
        }

        Heard(change, turn);
        foreach (var text in texts)
        {
            var payload = new JsonObject { ["messageId"] = step.MessageId, ["content"] = new JsonObject { ["type"] = "text", ["text"] = text.Words.Kept() } };
            change.Tell(text.IsThought ? EventKinds.AgentThought : EventKinds.AgentMessage, of.WorkSession, turn.Id, payload.ToJsonString());
        }

        return true;
    }

    /// <summary>All of it has come.</summary>
    public static bool Answered(AgentChange change, ModelTry of, ModelAnswer answer, int contextTokens, int estimatedTokens, Func<StepId> newStep)
    {
        if (Wanted(change, of) is not var (thread, step, turn))
        {
            return false;
        }

        Heard(change, turn);
        var used = (answer.InputTokens ?? estimatedTokens) + (answer.OutputTokens ?? 0);
        thread = (thread with { TurnTokens = thread.TurnTokens + used })
            .With(step with { State = StepState.Done, Content = new StepContent.Answer(answer.Parts, answer.StopReason) });
        foreach (var part in answer.Parts.OfType<AnswerPart.Call>())
        {
            thread = thread.With(new BuiltInStep
            {
                Id = newStep(),
                TurnId = turn.Id,
                Seq = thread.LastSeq + 1,
                Content = new StepContent.Call(new ToolCall(part.Id, part.Name, part.Arguments)),
                CreatedAt = change.Now,
            });
        }

        change.Become(change.Agent.With(thread));
        foreach (var call in thread.Calls)
        {
            if (call.Content is StepContent.Call { Tool: var tool })
            {
                change.Tell(
                    EventKinds.ToolCall, of.WorkSession, turn.Id, ToolEvents.Made(call, tool, ToolArguments.Of(tool, change.Agent.Place?.Path ?? "/")).ToJsonString());
            }
        }

        change.Tell(EventKinds.Usage, of.WorkSession, turn.Id, Usage(answer, used, contextTokens).ToJsonString());
        return true;
    }

    /// <summary>What stands for all before it has come.</summary>
    public static bool SummedUp(AgentChange change, ModelTry of, ModelAnswer answer, int contextTokens, int estimatedTokens)
    {
        if (Wanted(change, of) is not var (thread, step, turn))
        {
            return false;
        }

        var text = string.Concat(answer.Parts.OfType<AnswerPart.Text>().Select(part => part.Words)).Kept();
        var used = (answer.InputTokens ?? estimatedTokens) + (answer.OutputTokens ?? 0);
        change.Become(change.Agent.With((thread with { TurnTokens = thread.TurnTokens + used }).With(step with { State = StepState.Done, Content = new StepContent.Summary(text) })));
        change.Tell(EventKinds.SummedUp, of.WorkSession, turn.Id, new JsonObject { ["text"] = text }.ToJsonString());
        change.Tell(EventKinds.Usage, of.WorkSession, turn.Id, Usage(answer, answer.OutputTokens ?? 0, contextTokens).ToJsonString());
        return true;
    }

    /// <summary>It did not come, or not to the end.</summary>
    /// <returns>How long to wait before it is asked for again; null when it is not.</returns>
    public static TimeSpan? Failed(AgentChange change, ModelTry of, ModelException problem, RetryRule retries, bool mayBeSummedUp, Func<StepId> newStep)
    {
        if (Wanted(change, of) is not var (thread, step, turn))
        {
            return null;
        }

        var failed = step with { Failures = step.Failures + 1, HasSpoken = false };
        if (problem.Kind == ModelProblemKind.TooLong && mayBeSummedUp)
        {
            TellCut(change, of.WorkSession, step, problem.Message, retryAt: null);
            BuiltInRules.BeginSummary(change, thread, turn, failed, newStep);
            return null;
        }

        // Of a summary, less is shown each time.
        var isPassing = problem.Kind == ModelProblemKind.Passing || (problem.Kind == ModelProblemKind.TooLong && step.Content is StepContent.Summary);
        var pause = isPassing ? retries.PauseAfter(failed.Failures, problem.RetryAfter) : null;
        TellCut(change, of.WorkSession, step, problem.Message, change.Now + pause);
        if (pause is null)
        {
            BuiltInRules.FailTurn(change, thread, turn, failed, problem.Message);
        }
        else
        {
            change.Become(change.Agent.With(thread.With(failed)));
        }

        return pause;
    }

    /// <summary>It would be too long: what was said is summed up before it is asked for.</summary>
    public static bool TooLong(AgentChange change, ModelTry of, Func<StepId> newStep)
    {
        if (Wanted(change, of) is not var (thread, step, turn))
        {
            return false;
        }

        BuiltInRules.BeginSummary(change, thread, turn, step, newStep);
        return true;
    }

    /// <summary>A call has been looked up in rows of ours.</summary>
    public static void LookedUp(AgentChange change, WorkSessionId workSession, StepId id, string result)
    {
        if (change.Agent.BuiltInOf(workSession) is { } thread && thread.Find(id) is { State: StepState.Begun, Content: StepContent.Call { Tool: { Phase: CallPhase.Looking } call } } step)
        {
            ToolRules.Over(change, new ToolRules.Call(workSession, thread.Mode, step, call, HasTools: true, new BuiltInOptions()), result, isError: false);
        }
    }

    private static (BuiltInThread Thread, BuiltInStep Step, Turn Turn)? Wanted(AgentChange change, ModelTry of) =>
        change.Agent.BuiltInOf(of.WorkSession) is { Head: { State: StepState.Begun } step } thread && step.Id == of.Step && step.Tries == of.Number
        && change.Agent.InFlight(of.WorkSession) is { CancelRequestedAt: null } turn
            ? (thread, step, turn)
            : null;

    private static void Heard(AgentChange change, Turn turn) => change.Become(change.Agent.With(turn with { State = TurnState.Running, LastEventAt = change.Now }));

    private static void TellCut(AgentChange change, WorkSessionId workSession, BuiltInStep step, string problem, DateTimeOffset? retryAt)
    {
        var payload = new JsonObject { ["messageId"] = step.MessageId, ["problem"] = problem.Kept() };
        if (retryAt is { } at)
        {
            payload["retryAt"] = JsonSerializer.SerializeToNode(at);
        }

        change.Tell(EventKinds.AnswerCut, workSession, step.TurnId, payload.ToJsonString());
    }

    private static JsonObject Usage(ModelAnswer answer, int used, int contextTokens)
    {
        var usage = new JsonObject { ["used"] = used, ["size"] = contextTokens };
        if (answer is { InputTokens: { } input, OutputTokens: { } output })
        {
            usage["inputTokens"] = input;
            usage["outputTokens"] = output;
        }

        return usage;
    }
}

/// <summary>How long to wait before a model is asked again.</summary>
/// <param name="MostTries">So often it is asked.</param>
/// <param name="FirstPause">Then twice as long each time.</param>
/// <param name="LongestPause">No longer.</param>
internal sealed record RetryRule(int MostTries, TimeSpan FirstPause, TimeSpan LongestPause)
{
    /// <summary>The pause; null when it was asked often enough.</summary>
    public TimeSpan? PauseAfter(int failures, TimeSpan? wanted)
    {
        if (failures >= MostTries)
        {
            return null;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 20));
        var longer = wanted is { } least && least > pause ? least : pause;
        return longer < LongestPause ? longer : LongestPause;
    }
}
