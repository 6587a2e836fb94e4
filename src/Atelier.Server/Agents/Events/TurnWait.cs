using System.Text.Json;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.Events;

/// <summary>Tells, event by event, whether somebody who waits for a turn has waited long enough: it is over, or waits in a queue that waits for a person.</summary>
internal sealed class TurnWait(Turn turn)
{
    private bool _isQueued = turn.State == TurnState.Queued;
    private bool _isHeld;

    public bool Concerns(AgentEvent one) => one.What.TurnId == turn.Id;

    public bool IsLast(AgentEvent one)
    {
        switch (one.What.Kind)
        {
            case EventKinds.TurnChanged when Concerns(one):
                var (state, attempt) = Changed(one, "turn", changed => (changed.GetProperty("state").GetString(), changed.GetProperty("attempt").GetInt32()));
                if (attempt < turn.Attempt)
                {
                    return false; // it has been tried again since
                }

                _isQueued = state == "queued";
                return state is "done" or "failed" or "cancelled" || (_isQueued && _isHeld);
            case EventKinds.WorkSessionChanged when one.What.WorkSessionId == turn.WorkSessionId:
                _isHeld = Changed(one, "workSession", changed => changed.Member("isHeld")?.ValueKind == JsonValueKind.True);
                return _isQueued && _isHeld;
            default:
                return false;
        }
    }

    private static T Changed<T>(AgentEvent one, string name, Func<JsonElement, T> read)
    {
        using var payload = JsonDocument.Parse(one.What.Payload);
        return read(payload.RootElement.GetProperty(name));
    }
}
