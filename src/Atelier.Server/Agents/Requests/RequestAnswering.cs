using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Agents.Requests;

/// <summary>Takes a person's answer to a question that was shown elsewhere than in the inbox; the first one counts.</summary>
internal sealed class RequestAnswering(AgentAccess access, AuditLog audit)
{
    /// <summary>Answers; gives why it was not taken, and null when it was.</summary>
    public async Task<string?> AnswerAsync(AgentOwner owner, RequestId id, GivenAnswer answer, CurrentUser user, CancellationToken cancellationToken)
    {
        if (await access.RoleInAsync(user, AgentView.Of(owner.Current), cancellationToken) is not >= Role.Editor)
        {
            return "They may not answer.";
        }

        var (answered, because) = await owner.ChangeAsync<(AgentRequest?, string)>(
            change =>
            {
                if (change.Agent.Requests.Find(one => one.Id == id) is not { State: RequestState.Open } request)
                {
                    return (null, "It is not open any more.");
                }

                if (answer.To(request) is not { } text)
                {
                    return (null, GivenAnswer.Wanted(request));
                }

                var next = request.Answered(text, change.Now) with { AnsweredBy = user.Id };
                change.By = user.Id;
                change.Become(change.Agent.With(next));
                return (next, "");
            },
            (null, "The agent is gone."),
            cancellationToken);
        if (answered is null)
        {
            return because;
        }

        await audit.WriteAsync(new AuditEntry(user.Actor, "request-answered", "agent", owner.Current.Id.Value, new { request = id.Value, answered.What }), cancellationToken);
        return null;
    }
}
