using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Requests;

namespace Atelier.Server.Agents;

/// <summary>What follows from every change of an agent, whoever made it, in the same transaction: rules answer, questions get their time, budgets are counted.</summary>
internal static class StandingRules
{
    /// <param name="change">Written into; everything else of it is decided.</param>
    /// <param name="rules">Permission rules; read only when there is something for them.</param>
    /// <param name="options">Times.</param>
    /// <param name="nextPosition">A position after all turns.</param>
    public static async Task ApplyAsync(AgentChange change, PermissionRules rules, AgentsOptions options, long nextPosition)
    {
        var asked = Asked(change);
        Apply(
            change,
            asked.Exists(request => request.What == AgentRequest.Permission) && change.Agent.Place is { } place ? await rules.HoldingAsync(place.RepositoryId, CancellationToken.None) : [],
            options,
            nextPosition);
    }

    /// <summary>The same, with the rules at hand; pure.</summary>
    public static void Apply(AgentChange change, IReadOnlyList<PermissionRule> rules, AgentsOptions options, long nextPosition)
    {
        foreach (var request in Asked(change))
        {
            if (Decided(change.Agent, request, rules) is ({ } rule, { } answer))
            {
                change.Become(change.Agent.With(request.Answered(answer, change.Now) with { RuleId = rule.Id.Value }));
                change.Use(rule.Id);
            }
            else if (TimeFor(request, options) is { } time)
            {
                change.Become(change.Agent.With(request with { ExpiresAt = request.CreatedAt + time }));
            }
        }

        BudgetRules.Apply(change, nextPosition);
    }

    /// <summary>When a question is answered without a person, or a budget is used up, at the earliest; null for never.</summary>
    public static DateTimeOffset? DueAt(Agent agent) =>
        new[] { BudgetRules.DueAt(agent), agent.Requests.Where(request => request.State == RequestState.Open).Min(request => request.ExpiresAt) }.Min();

    /// <summary>Does what time has brought about.</summary>
    public static void TakeTime(AgentChange change)
    {
        foreach (var request in change.Agent.Requests.Where(request => request.State == RequestState.Open && request.ExpiresAt <= change.Now).ToList())
        {
            change.Become(change.Agent.With(request with { State = RequestState.Expired, Answer = RequestAnswer.Expired(request), AnsweredAt = change.Now }));
        }

        BudgetRules.Look(change);
    }

    /// <summary>How long a question waits; null for as long as it takes, as a login always does.</summary>
    private static TimeSpan? TimeFor(AgentRequest request, AgentsOptions options) => request.What switch
    {
        AgentRequest.Permission => options.PermissionsExpireAfter,
        AgentRequest.Question => options.QuestionsExpireAfter,
        _ => null,
    };

    private static List<AgentRequest> Asked(AgentChange change) =>
        [.. change.Agent.Requests.Where(request => request is { State: RequestState.Open, IsForPerson: true } && !change.Before.Requests.Exists(one => one.Id == request.Id))];

    private static (PermissionRule? Rule, string? Answer) Decided(Agent agent, AgentRequest request, IReadOnlyList<PermissionRule> rules) =>
        request.What == AgentRequest.Permission && rules.Count > 0
        && PermissionShape.Of(request.Payload, agent.Place?.Path) is { } shape
        && PermissionRule.Deciding(rules, shape, agent.ProgramId) is { } rule
            ? (rule, rule.Answer(request.Payload))
            : default;
}
