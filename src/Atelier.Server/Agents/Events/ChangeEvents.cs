using System.Text.Json;
using Atelier.Server.Infrastructure.Web;

namespace Atelier.Server.Agents.Events;

/// <summary>What whoever follows an agent is told when it becomes another; pure.</summary>
internal static class ChangeEvents
{
    public static IEnumerable<EventDraft> Between(Agent before, Agent after)
    {
        foreach (var turn in after.Turns)
        {
            if (before.Find(turn.Id) is var was && !ReferenceEquals(was, turn) && (was is null || TurnView.Of(was) != TurnView.Of(turn)))
            {
                yield return Draft(EventKinds.TurnChanged, turn.WorkSessionId, turn.Id, new TurnChanged(TurnView.Of(turn)));
            }
        }

        foreach (var request in after.Requests)
        {
            var was = before.Requests.Find(one => one.Id == request.Id);
            if ((was?.State != request.State || was.ExpiresAt != request.ExpiresAt) && !request.IsEffect)
            {
                yield return Draft(EventKinds.RequestChanged, request.WorkSessionId, request.TurnId, new RequestChanged(RequestView.Of(request)));
            }
        }

        foreach (var workSession in after.WorkSessions)
        {
            var view = WorkSessionView.Of(workSession, after);
            if (before.Find(workSession.Id) is not { } was || WorkSessionView.Of(was, before) != view)
            {
                yield return Draft(EventKinds.WorkSessionChanged, workSession.Id, turn: null, new WorkSessionChanged(view));
            }
        }

        if (after.Instance is { } instance
            && (before.Instance is not { } old || InstanceView.Of(old, before, withThreads: false) != InstanceView.Of(instance, after, withThreads: false)))
        {
            yield return Draft(EventKinds.InstanceChanged, workSession: null, turn: null, new InstanceChanged(InstanceView.Of(instance, after, withThreads: false)));
        }

        if (AgentView.Of(before) is var listed && listed != AgentView.Of(after))
        {
            yield return Draft(EventKinds.AgentChanged, workSession: null, turn: null, new AgentChanged(AgentView.Of(after)));
        }
    }

    private static EventDraft Draft<T>(string kind, WorkSessions.WorkSessionId? workSession, Turns.TurnId? turn, T payload) =>
        new(kind, workSession, turn, JsonSerializer.Serialize(payload, WebJson.Options));
}

internal sealed record AgentChanged(AgentView Agent);

internal sealed record WorkSessionChanged(WorkSessionView WorkSession);

internal sealed record InstanceChanged(InstanceView Instance);

internal sealed record TurnChanged(TurnView Turn);

internal sealed record RequestChanged(RequestView Request);
