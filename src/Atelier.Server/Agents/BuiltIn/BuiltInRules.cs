using System.Text.Json.Nodes;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>How the loop of the built-in agent goes on, from the record alone; pure.</summary>
/// <remarks>
/// A prompt, an answer, its calls, an answer, until one calls nothing. Each step is a row before what it says is done. What has to be done outside, asking a model and
/// looking into rows, is <see cref="BuiltInPlan"/>'s to say; everything else happens here.
/// </remarks>
internal static class BuiltInRules
{
    /// <summary>Goes on as far as it goes without anything from outside; says whether anything changed.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="options">Limits.</param>
    /// <param name="mayBegin">Whether all that comes before a turn is done.</param>
    /// <param name="newStep">Gives ids to steps.</param>
    public static bool Advance(AgentChange change, BuiltInOptions options, Predicate<Turn> mayBegin, Func<StepId> newStep)
    {
        var changed = false;
        foreach (var workSession in change.Agent.BuiltIn.Select(thread => thread.WorkSessionId).ToList())
        {
            while (AdvanceOne(change, workSession, options, mayBegin, newStep))
            {
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>Whether a turn is queued and nothing keeps its queue.</summary>
    public static bool MayGoOn(Agent agent, Turn turn) =>
        turn.State == TurnState.Queued && agent.ArchivedAt is null && agent.Budget is null or { Holds: false } && agent.Find(turn.WorkSessionId) is { IsOver: false }
        && agent.BuiltInOf(turn.WorkSessionId) is { IsHeld: false };

    /// <summary>The turn that a thread begins next; null while none can.</summary>
    public static Turn? Next(Agent agent, BuiltInThread thread) =>
        agent.InFlight(thread.WorkSessionId) is null && agent.Queue(thread.WorkSessionId).FirstOrDefault() is { } turn && MayGoOn(agent, turn)
        && (agent.Find(thread.WorkSessionId)?.Type != AgentType.HelixAgent || agent.Place?.Path is not null)
            ? turn
            : null;

    private static bool AdvanceOne(AgentChange change, WorkSessionId workSession, BuiltInOptions options, Predicate<Turn> mayBegin, Func<StepId> newStep)
    {
        if (change.Agent.BuiltInOf(workSession) is not { } thread)
        {
            return false;
        }

        if (change.Agent.InFlight(workSession) is not { } turn)
        {
            return BeginTurn(change, thread, mayBegin, newStep);
        }

        if (turn.CancelRequestedAt is not null)
        {
            EndCancelled(change, thread, turn);
            return true;
        }

        switch (thread.Head)
        {
            case { State: StepState.Begun, Content: StepContent.Answer or StepContent.Summary }:
                return false; // a model is asked
            case { State: StepState.Done, Content: StepContent.Answer { StopReason: var stop } }:
                if (!thread.Calls.Any())
                {
                    EndTurn(change, turn, stop ?? "end_turn");
                    return true;
                }

                if (thread.Calls.Any(step => step.State == StepState.Begun))
                {
                    return thread.Calls.Where(step => step.State == StepState.Begun).ToList().Exists(step => ToolRules.Advance(change, workSession, step, options));
                }

                if (thread.TurnAnswers >= options.MaxAnswersPerTurn || thread.TurnTokens >= options.MaxTokensPerTurn)
                {
                    EndTurn(change, turn, "max_turn_requests");
                    return true;
                }

                BeginAnswer(change, thread, turn, newStep);
                return true;
            default:
                BeginAnswer(change, thread, turn, newStep);
                return true;
        }
    }

    private static bool BeginTurn(AgentChange change, BuiltInThread thread, Predicate<Turn> mayBegin, Func<StepId> newStep)
    {
        var agent = change.Agent;
        if (Next(agent, thread) is not { } turn || !mayBegin(turn))
        {
            return false;
        }

        // A turn that is tried again goes on where it broke off: what was done for it is done.
        var goesOn = thread.Head is { } head && head.TurnId == turn.Id && head.Content is not StepContent.Answer { StopReason: "cancelled" };
        var begun = thread with { TurnAnswers = 0, TurnTokens = 0 };
        change.Become(agent
            .With(turn with { State = TurnState.Sent, DispatchedAt = change.Now, LastEventAt = null })
            .With(goesOn ? begun : begun.With(New(thread, turn, new StepContent.Prompt(), StepState.Done, newStep, change.Now))));
        return true;
    }

    private static void BeginAnswer(AgentChange change, BuiltInThread thread, Turn turn, Func<StepId> newStep)
    {
        var step = New(thread, turn, new StepContent.Answer([], StopReason: null), StepState.Begun, newStep, change.Now);
        change.Become(change.Agent.With((thread with { TurnAnswers = thread.TurnAnswers + 1 }).With(step)));
    }

    /// <summary>The conversation has become too long: what was said is summed up first.</summary>
    public static void BeginSummary(AgentChange change, BuiltInThread thread, Turn turn, BuiltInStep answer, Func<StepId> newStep)
    {
        var given = thread.With(answer with { State = StepState.GivenUp });
        change.Become(change.Agent.With((given with { TurnAnswers = Math.Max(given.TurnAnswers - 1, 0) })
            .With(New(given, turn, new StepContent.Summary(""), StepState.Begun, newStep, change.Now))));
    }

    /// <summary>The turn of a step comes to nothing, and its queue waits for a person.</summary>
    public static void FailTurn(AgentChange change, BuiltInThread thread, Turn turn, BuiltInStep step, string problem)
    {
        change.Become(change.Agent.With((thread with { IsHeld = true }).With(step with { State = StepState.GivenUp })));
        TurnOver(change, turn.Finished(TurnState.Failed, stopReason: null, problem.Kept(), change.Now));
    }

    private static void EndTurn(AgentChange change, Turn turn, string stopReason) =>
        TurnOver(change, turn.Finished(TurnState.Done, stopReason.Kept(), problem: null, change.Now));

    private static void EndCancelled(AgentChange change, BuiltInThread thread, Turn turn)
    {
        foreach (var step in thread.Steps.Where(step => step.State == StepState.Begun))
        {
            ToolRules.GiveUp(change, thread.WorkSessionId, step);
        }

        if (change.Agent.BuiltInOf(thread.WorkSessionId) is { Head: { State: StepState.Begun } head } given)
        {
            var content = head.Content is StepContent.Answer answer ? answer with { StopReason = "cancelled" } : head.Content;
            change.Become(change.Agent.With(given.With(head with { State = StepState.GivenUp, Content = content })));
        }

        TurnOver(change, turn.Finished(TurnState.Cancelled, "cancelled", problem: null, change.Now));
    }

    private static void TurnOver(AgentChange change, Turn turn)
    {
        if (change.Agent.BuiltInOf(turn.WorkSessionId) is { TurnTokens: > 0 and var tokens })
        {
            change.Tell(EventKinds.TurnUsage, turn.WorkSessionId, turn.Id, new JsonObject { ["totalTokens"] = tokens }.ToJsonString());
        }

        change.Become(change.Agent.With(turn));
        change.Become(EffectRules.Withdraw(change.Agent, request => request.TurnId == turn.Id, request => RequestAnswer.Cancelled(request.What), change.Now));

        // Nobody takes the answers any more.
        change.Become(change.Agent with
        {
            Requests = change.Agent.Requests.ConvertAll(request => request.TurnId == turn.Id && !request.IsAnswerSent ? request with { IsAnswerSent = true, Answer = request.IsForPerson ? request.Answer : null } : request),
        });
    }

    private static BuiltInStep New(BuiltInThread thread, Turn turn, StepContent content, StepState state, Func<StepId> newStep, DateTimeOffset now) => new()
    {
        Id = newStep(),
        TurnId = turn.Id,
        Seq = thread.LastSeq + 1,
        State = state,
        Content = content,
        CreatedAt = now,
    };
}
