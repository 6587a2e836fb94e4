using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.Requests;

/// <summary>What became of an answer: the question as it is then, or why it was not taken.</summary>
internal sealed record AnswerReply(AgentRequest? Request, ProblemHttpResult? Problem);

/// <summary>Takes a person's answer to a question, wherever it comes from; the first one counts.</summary>
internal sealed class RequestAnswering(AgentListing listing, AgentOwners agents, AgentAccess access, AuditLog audit)
{
    public async Task<AnswerReply> AnswerAsync(RequestId id, AnswerRequest answer, CurrentUser user, CancellationToken cancellationToken)
    {
        if (await listing.OfRequestAsync(id, cancellationToken) is not { } agentId || await agents.FindAsync(agentId) is not { } owner
            || await access.RoleInAsync(user, AgentView.Of(owner.Current), cancellationToken) is not { } role)
        {
            return Refused(AgentProblems.RequestNotFound());
        }

        if (role < Role.Editor)
        {
            return Refused(AgentProblems.ReadOnly());
        }

        if (owner.Current.Requests.Find(one => one.Id == id) is not { State: RequestState.Open } open)
        {
            return Refused(AgentProblems.RequestIsOver(await listing.EndOfRequestAsync(id, cancellationToken)));
        }

        if (AnswerTo(open, answer) is not { } text)
        {
            return Refused(AgentProblems.Invalid(open.What == AgentRequest.Permission
                ? "Say optionId, one of the options that are offered, decision, one of their kinds, or action: cancel."
                : "Say action: accept (with content, not too deep), decline or cancel."));
        }

        var answered = await owner.ChangeAsync(
            change =>
            {
                if (change.Agent.Requests.Find(one => one.Id == id) is not { State: RequestState.Open } request)
                {
                    return null;
                }

                var next = request with { State = RequestState.Answered, Answer = text, AnsweredBy = user.Id, AnsweredAt = change.Now };
                change.Become(change.Agent.With(next));
                return next;
            },
            otherwise: null,
            cancellationToken);
        if (answered is null)
        {
            return Refused(AgentProblems.RequestIsOver(await listing.EndOfRequestAsync(id, cancellationToken)));
        }

        await audit.WriteAsync(new AuditEntry(user.Actor, "request-answered", "agent", agentId.Value, new { request = id.Value, answered.What }), cancellationToken);
        return new AnswerReply(answered, Problem: null);
    }

    private static AnswerReply Refused(ProblemHttpResult problem) => new(Request: null, problem);

    /// <summary>The answer as it goes out; null when it is none to that question.</summary>
    private static string? AnswerTo(AgentRequest request, AnswerRequest answer) => request.What == AgentRequest.Permission
        ? answer.Action == "cancel" ? RequestAnswer.Cancelled(request.What) : RequestAnswer.Chosen(request.Payload, answer.OptionId, answer.Decision)
        : answer.Action switch
        {
            "accept" => RequestAnswer.Accepted(answer.Content),
            "decline" or "cancel" => RequestAnswer.Action(answer.Action),
            _ => null,
        };
}
