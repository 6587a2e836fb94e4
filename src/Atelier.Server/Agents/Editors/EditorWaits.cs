using System.Collections.Concurrent;
using System.Text.Json;
using Atelier.Protocol.Acp;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.Editors;

/// <summary>Prompts of one connection in one conversation that are not answered yet. Each is answered when everything that came before the answer has been told.</summary>
internal sealed class EditorWaits
{
    private readonly ConcurrentDictionary<TurnId, (TurnWait Wait, TaskCompletionSource<PromptReply> Over)> _waits = new();

    private readonly ConcurrentDictionary<TurnId, bool> _cancelled = new();

    public IReadOnlyCollection<TurnId> Turns => [.. _waits.Keys];

    /// <summary>Begins to wait for a turn; before it is asked, so that nothing of it is missed.</summary>
    public Task<PromptReply> For(Turn turn) =>
        _waits.GetOrAdd(turn.Id, _ => (new TurnWait(turn), new TaskCompletionSource<PromptReply>(TaskCreationOptions.RunContinuationsAsynchronously))).Over.Task;

    public void Forget(TurnId turn)
    {
        _waits.TryRemove(turn, out _);
        _cancelled.TryRemove(turn, out _);
    }

    /// <summary>None of them is wanted any more, also those that are only just being asked.</summary>
    public void Cancel()
    {
        foreach (var turn in _waits.Keys)
        {
            _cancelled[turn] = true;
        }
    }

    public bool IsCancelled(TurnId turn) => _cancelled.ContainsKey(turn);

    /// <summary>An event has been told.</summary>
    public void Told(AgentEvent one)
    {
        foreach (var (wait, over) in _waits.Values)
        {
            if (!wait.IsLast(one))
            {
                continue;
            }

            if (one.What.Kind != EventKinds.TurnChanged)
            {
                over.TrySetException(EditorRefusals.TurnWaits());
                continue;
            }

            using var payload = JsonDocument.Parse(one.What.Payload);
            var turn = payload.RootElement.GetProperty("turn");
            Settle(over, turn.Member("state")?.Text(), turn.Member("stopReason")?.Text(), turn.Member("problem")?.Text());
        }
    }

    /// <summary>The agent is gone, and with it everything that was asked.</summary>
    public void Fail()
    {
        foreach (var (_, over) in _waits.Values)
        {
            over.TrySetException(EditorRefusals.AgentGone());
        }
    }

    /// <summary>How a turn ended whose end has been told before somebody waited for it.</summary>
    public void Settle(Turn turn)
    {
        if (_waits.TryGetValue(turn.Id, out var waiting))
        {
            Settle(waiting.Over, turn.State.Word(), turn.StopReason, turn.Problem);
        }
    }

    private static void Settle(TaskCompletionSource<PromptReply> over, string? state, string? stopReason, string? problem)
    {
        switch (state)
        {
            case "done":
                over.TrySetResult(new PromptReply(stopReason is "max_tokens" or "max_turn_requests" or "refusal" or "cancelled" ? stopReason : "end_turn"));
                break;
            case "cancelled":
                over.TrySetResult(new PromptReply("cancelled"));
                break;
            case "failed":
                over.TrySetException(EditorRefusals.TurnFailed(problem));
                break;
            default:
                over.TrySetException(EditorRefusals.TurnWaits());
                break;
        }
    }
}
