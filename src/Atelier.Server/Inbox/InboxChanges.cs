using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Inbox;

/// <summary>What becomes of the inbox by a change of an agent, from what the agent was and is alone; pure.</summary>
internal static class InboxChanges
{
    /// <summary>Items as they are from now on.</summary>
    public static IEnumerable<InboxItem> Of(AgentChange change)
    {
        var (before, after) = (change.Before, change.Agent);
        if (ReferenceEquals(before, after))
        {
            yield break;
        }

        var was = AgentWaits.Of(before).ToDictionary(wait => wait.Key);
        var now = AgentWaits.Of(after).ToDictionary(wait => wait.Key);
        foreach (var wait in now.Values.Where(wait => !was.TryGetValue(wait.Key, out var old) || old.ExpiresAt != wait.ExpiresAt))
        {
            yield return Open(after, wait);
        }

        foreach (var wait in was.Values.Where(wait => !now.ContainsKey(wait.Key)))
        {
            yield return Closed(change, wait);
        }

        foreach (var request in after.Requests.Where(request => request.RuleId is not null && !before.Requests.Exists(one => one.Id == request.Id)))
        {
            // It never waited: the rule answered in the commit that stores it.
            var wait = AgentWaits.Of(after with { Requests = [request with { State = RequestState.Open }] }).First();
            yield return Answered(Open(after, wait), request);
        }
    }

    private static InboxItem Open(Agent agent, AgentWait wait) => new(
        InboxItemId.Of(wait.Key),
        agent.Id,
        wait.WorkSessionId,
        wait.TurnId,
        wait.RequestId,
        agent.Place?.RepositoryId,
        wait.Kind,
        InboxState.Open,
        AgentWaits.TitleOf(agent, wait),
        AgentWaits.SummaryOf(agent, wait),
        wait.ExpiresAt,
        wait.Since);

    private static InboxItem Closed(AgentChange change, AgentWait wait)
    {
        var item = Open(change.Before, wait) with { State = InboxState.Withdrawn, AnsweredAt = change.Now };
        var agent = change.Agent;
        return wait.Kind switch
        {
            WaitKind.Permission or WaitKind.Question => agent.Requests.Find(one => one.Id == wait.RequestId) is { } request ? Answered(item, request) : item,
            WaitKind.Budget => agent.Budget switch
            {
                { IsStopped: true } => By(item, InboxState.Answered, "stop", change.By),
                { Holds: false } => By(item, InboxState.Answered, "continue", change.By),
                _ => item,
            },
            _ => GoneOn(item, change, wait),
        };
    }

    private static InboxItem Answered(InboxItem item, AgentRequest request) => item with
    {
        State = request.State switch
        {
            RequestState.Answered => InboxState.Answered,
            RequestState.Expired => InboxState.Expired,
            _ => InboxState.Withdrawn,
        },
        Answer = request.State is RequestState.Answered or RequestState.Expired ? Word(request) : null,
        AnsweredBy = request.AnsweredBy,
        AnsweredAt = request.AnsweredAt ?? item.AnsweredAt,
        RuleId = request.RuleId,
    };

    /// <summary>How a person went on, or else what else has come up.</summary>
    private static InboxItem GoneOn(InboxItem item, AgentChange change, AgentWait wait)
    {
        var (before, after) = (change.Before, change.Agent);
        if (after.ArchivedAt is not null)
        {
            return By(item, InboxState.Answered, "archive", change.By);
        }

        if (wait.WorkSessionId is not { } id || after.Find(id) is not { } workSession)
        {
            return item;
        }

        if (workSession.IsOver || after.Status is AgentStatus.Completed or AgentStatus.Cancelled)
        {
            var isCompleted = workSession.Status == WorkSessionStatus.Completed || after.Status == AgentStatus.Completed;
            return By(item, InboxState.Answered, isCompleted ? "complete" : "cancel", change.By);
        }

        if (after.LandedAt != before.LandedAt)
        {
            return By(item, InboxState.Answered, "land", change.By);
        }

        if (workSession.ReviewedAt != before.Find(id)?.ReviewedAt)
        {
            return By(item, InboxState.Dismissed, answer: null, change.By);
        }

        var asked = after.Turns.FindAll(turn => turn.WorkSessionId == id && turn.State == TurnState.Queued && before.Find(turn.Id)?.State != TurnState.Queued);
        return asked.Find(turn => turn.Attempt > 1) is not null ? By(item, InboxState.Answered, "retry", change.By)
            : asked is [{ CreatedBy: var user }, ..] ? By(item, InboxState.Answered, "message", user)
            : item;
    }

    private static InboxItem By(InboxItem item, InboxState state, string? answer, UserId? by) => item with { State = state, Answer = answer, AnsweredBy = by };

    /// <summary>An answer in a word: the kind of the option that was chosen, or the action.</summary>
    private static string? Word(AgentRequest request)
    {
        using var answer = JsonDocument.Parse(request.Answer ?? "null");
        var result = answer.RootElement.Member("result");
        if (request.What != AgentRequest.Permission)
        {
            return result?.Member("action")?.Text();
        }

        var chosen = result?.Member("outcome")?.Member("optionId")?.Text();
        return chosen is null ? "cancel"
            : RequestAnswer.KindOf(request.Payload, chosen) is "allow_once" or "allow_always" or "reject_once" or "reject_always" ? RequestAnswer.KindOf(request.Payload, chosen)
            : "selected";
    }
}
