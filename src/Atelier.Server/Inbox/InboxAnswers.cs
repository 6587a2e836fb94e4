using System.Diagnostics;
using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Repositories;

namespace Atelier.Server.Inbox;

/// <summary>What became of an answer.</summary>
internal abstract record AnswerReply
{
    private AnswerReply()
    {
    }

    /// <param name="Request">The question with its answer; null when it was none.</param>
    /// <param name="Rule">The rule that remembers it; null when none does.</param>
    internal sealed record Answered(AgentRequest? Request, PermissionRule? Rule) : AnswerReply;

    /// <summary>It does not wait any more.</summary>
    internal sealed record IsOver : AnswerReply;

    /// <summary>That is no answer to it.</summary>
    /// <param name="Because">What one is.</param>
    internal sealed record IsNone(string Because) : AnswerReply;

    /// <summary>It cannot be remembered.</summary>
    /// <param name="Because">Why.</param>
    internal sealed record NotToRemember(string Because) : AnswerReply;

    /// <summary>Whoever answers may not make rules for the repository.</summary>
    internal sealed record MayNotRemember : AnswerReply;
}

/// <summary>Gives answers to agents; the inbox follows from what becomes of them.</summary>
internal sealed class InboxAnswers(KnownRepositories repositories, TimeProvider clock)
{
    private const string InRepository = "repository";

    public async Task<AnswerReply> AnswerAsync(InboxItem item, AgentOwner owner, AnswerRequest answer, CurrentUser user, CancellationToken cancellationToken)
    {
        if (answer.Remember is not (null or InRepository) || (answer.Remember is not null && item.Kind != WaitKind.Permission))
        {
            return new AnswerReply.IsNone("remember is repository, and goes with the answer to a permission.");
        }

        if (answer.Remember is not null && !await MayRememberAsync(user, owner.Current, cancellationToken))
        {
            return new AnswerReply.MayNotRemember();
        }

        var ruleId = PermissionRuleId.New(clock);
        return item.Kind switch
        {
            WaitKind.Permission or WaitKind.Question => await owner.ChangeAsync(change => Answer(change, item, answer, user.Id, ruleId), new AnswerReply.IsOver(), cancellationToken),
            WaitKind.Budget => await owner.ChangeAsync(change => AnswerBudget(change, item, answer, user.Id), new AnswerReply.IsOver(), cancellationToken),
            WaitKind.Failed when answer.Action == "retry" && item.TurnId is { } turn => await RetryAsync(owner, item, turn, user.Id, cancellationToken),
            WaitKind.Failed => new AnswerReply.IsNone("Say action: retry, or dismiss it."),
            WaitKind.Finished => new AnswerReply.IsNone("It asks nothing. Ask the agent something, complete it, or dismiss it."),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Sets aside what came of an agent's work; false when that does not wait any more.</summary>
    public static Task<bool> DismissAsync(InboxItem item, AgentOwner owner, CurrentUser user, CancellationToken cancellationToken) => owner.ChangeAsync(
        change =>
        {
            if (!Waits(change.Agent, item) || item.WorkSessionId is not { } id || change.Agent.Find(id) is not { } workSession)
            {
                return false;
            }

            change.By = user.Id;
            change.Become(change.Agent.With(workSession with { ReviewedAt = change.Now }));
            return true;
        },
        otherwise: false,
        cancellationToken);

    /// <summary>Answers a question of a program, and remembers how.</summary>
    public static AnswerReply Answer(AgentChange change, InboxItem item, AnswerRequest answer, UserId by, PermissionRuleId ruleId)
    {
        if (change.Agent.Requests.Find(one => one.Id == item.RequestId) is not { State: RequestState.Open } request)
        {
            return new AnswerReply.IsOver();
        }

        if (new GivenAnswer(answer.OptionId, answer.Decision, answer.Action, answer.Content).To(request) is not { } text)
        {
            return new AnswerReply.IsNone(GivenAnswer.Wanted(request));
        }

        PermissionRule? rule = null;
        if (answer.Remember is not null)
        {
            (rule, var because) = Rule(change, request, text, answer, by, ruleId);
            if (rule is null)
            {
                return new AnswerReply.NotToRemember(because ?? "");
            }

            change.Remember(rule);
        }

        var answered = request.Answered(text, change.Now) with { AnsweredBy = by };
        change.By = by;
        change.Become(change.Agent.With(answered));
        return new AnswerReply.Answered(answered, rule);
    }

    private static AnswerReply AnswerBudget(AgentChange change, InboxItem item, AnswerRequest answer, UserId by)
    {
        if (answer.Action is not ("continue" or "stop"))
        {
            return new AnswerReply.IsNone("Say action: continue, for as much again, or stop.");
        }

        change.By = by;
        return Waits(change.Agent, item) && (answer.Action == "continue" ? BudgetRules.Continue(change) : BudgetRules.Stop(change))
            ? new AnswerReply.Answered(Request: null, Rule: null)
            : new AnswerReply.IsOver();
    }

    private static async Task<AnswerReply> RetryAsync(AgentOwner owner, InboxItem item, TurnId turn, UserId by, CancellationToken cancellationToken)
    {
        var (reply, _) = await owner.ChangeTurnAsync(
            turn,
            (change, last) =>
            {
                change.By = by;
                return Waits(change.Agent, item) ? TurnQueue.Retry(change, turn, last) : TurnReply.NotFound;
            },
            cancellationToken);
        return reply == TurnReply.Changed ? new AnswerReply.Answered(Request: null, Rule: null) : new AnswerReply.IsOver();
    }

    private static bool Waits(Agent agent, InboxItem item) => AgentWaits.Of(agent).Any(wait => InboxItemId.Of(wait.Key) == item.Id);

    private async Task<bool> MayRememberAsync(CurrentUser user, Agent agent, CancellationToken cancellationToken) =>
        agent.Place is { } place && RepositoryId.TryParse(place.RepositoryId, provider: null, out var repository)
        && await repositories.RoleInAsync(user, repository, cancellationToken) >= Role.Editor;

    /// <summary>The rule that remembers an answer, or why there can be none.</summary>
    private static (PermissionRule? Rule, string? Because) Rule(AgentChange change, AgentRequest request, string text, AnswerRequest answer, UserId by, PermissionRuleId id)
    {
        if (change.Agent.Place is not { } place || PermissionShape.Of(request.Payload, place.Path) is not { } shape)
        {
            return (null, "Nothing of it can be compared for certain with what is asked later. Answer without remember.");
        }

        if (PermissionRule.DecisionOf(request.Payload, text) is not { } decision)
        {
            return (null, "Only an option that allows or rejects can be remembered.");
        }

        if (answer.Pattern is { } words && !PermissionRule.IsLedBy(words, shape))
        {
            return (null, PermissionRule.MayLead(words, shape) ?? $"It does not begin with {words}, or has characters that a shell gives a meaning to; it can be remembered as a whole.");
        }

        return (
            new PermissionRule
            {
                Id = id,
                RepositoryId = place.RepositoryId,
                ProgramId = answer.OnlyThisProgram == true ? change.Agent.ProgramId : null,
                ToolKind = shape.ToolKind,
                Subject = shape.Subject,
                Match = answer.Pattern is null ? PermissionMatch.Exact : PermissionMatch.Prefix,
                Pattern = answer.Pattern ?? shape.Text,
                Folder = shape.Folder,
                Decision = decision,
                CreatedBy = by,
                CreatedAt = change.Now,
            },
            null);
    }
}
