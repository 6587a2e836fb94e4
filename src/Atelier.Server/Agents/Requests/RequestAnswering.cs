using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Agents.Requests;

/// <summary>Takes a person's answer to a question from wherever it was asked beside the inbox; the first one counts.</summary>
internal sealed class RequestAnswering(AgentAccess access, AuditLog audit)
{
    /// <summary>Answers a question, if it is still open and the person may; says whether that was so.</summary>
    /// <param name="owner">The agent's owner.</param>
    /// <param name="id">The question.</param>
    /// <param name="answer">Gives the answer as it goes out; null when what was said is none to that question.</param>
    /// <param name="user">Who answers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> AnswerAsync(AgentOwner owner, RequestId id, Func<AgentRequest, string?> answer, CurrentUser user, CancellationToken cancellationToken)
    {
        if (await access.RoleInAsync(user, AgentView.Of(owner.Current), cancellationToken) is not >= Role.Editor)
        {
            return false;
        }

        var answered = await owner.ChangeAsync(
            change =>
            {
                if (change.Agent.Requests.Find(one => one.Id == id) is not { State: RequestState.Open } request || answer(request) is not { } text)
                {
                    return null;
                }

                var next = request with { State = RequestState.Answered, Answer = text, AnsweredBy = user.Id, AnsweredAt = change.Now };
                change.By = user.Id;
                change.Become(change.Agent.With(next));
                return next;
            },
            otherwise: null,
            cancellationToken);
        if (answered is null)
        {
            return false;
        }

        await audit.WriteAsync(new AuditEntry(user.Actor, "request-answered", "agent", owner.Current.Id.Value, new { request = id.Value, what = answered.What }), cancellationToken);
        return true;
    }
}
