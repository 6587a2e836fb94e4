using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>Something that a built-in thread needs from outside. Doing it twice changes nothing: the second is another try of the same step.</summary>
internal abstract record BuiltInErrand(WorkSessionId WorkSession, StepId Step)
{
    /// <summary>Ask a model for an answer.</summary>
    internal sealed record Answer(WorkSessionId WorkSession, StepId Step) : BuiltInErrand(WorkSession, Step);

    /// <summary>Ask a model to sum up what was said.</summary>
    internal sealed record SumUp(WorkSessionId WorkSession, StepId Step) : BuiltInErrand(WorkSession, Step);

    /// <summary>Look into rows of ours for a call.</summary>
    internal sealed record LookUp(WorkSessionId WorkSession, StepId Step) : BuiltInErrand(WorkSession, Step);
}

/// <summary>Says what is to be done outside for an agent's built-in threads, from its record alone; pure.</summary>
internal static class BuiltInPlan
{
    public static IReadOnlyList<BuiltInErrand> Of(Agent agent) => [.. agent.BuiltIn.SelectMany(thread => Of(agent, thread))];

    private static IEnumerable<BuiltInErrand> Of(Agent agent, BuiltInThread thread)
    {
        if (agent.InFlight(thread.WorkSessionId) is not { CancelRequestedAt: null })
        {
            yield break;
        }

        foreach (var step in thread.Steps.Where(step => step.State == StepState.Begun))
        {
            if (step.Content switch
            {
                StepContent.Answer => new BuiltInErrand.Answer(thread.WorkSessionId, step.Id),
                StepContent.Summary => new BuiltInErrand.SumUp(thread.WorkSessionId, step.Id),
                StepContent.Call { Tool.Phase: CallPhase.Looking } => new BuiltInErrand.LookUp(thread.WorkSessionId, step.Id),
                _ => (BuiltInErrand?)null,
            } is { } errand)
            {
                yield return errand;
            }
        }
    }
}
