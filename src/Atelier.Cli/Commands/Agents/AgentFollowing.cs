using System.Text.Json;
using Atelier.Client.Agents;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Agents;

/// <summary>Shows an agent's work as it comes; programs (<c>--json</c>) get the events, one a line.</summary>
internal sealed class AgentFollowing(CommandRun run, string agent)
{
    private bool _isInText;

    /// <summary>Shows everything, until the agent is over.</summary>
    public async Task<int> AllAsync(long after, CancellationToken cancellationToken)
    {
        await foreach (var one in EventsAsync(after, cancellationToken))
        {
            Show(one);
            if (one.Kind == "agent-changed" && AgentText.Of(one.Payload, "agent", "status") is "completed" or "cancelled")
            {
                break;
            }
        }

        return ExitCodes.Done;
    }

    /// <summary>Shows what belongs to a turn, until it is over.</summary>
    public async Task<int> UntilAsync(string turn, CancellationToken cancellationToken)
    {
        await foreach (var one in EventsAsync(0, cancellationToken))
        {
            if (one.TurnId != turn)
            {
                continue;
            }

            Show(one);
            var state = one.Kind == "turn-changed" ? AgentText.Of(one.Payload, "turn", "state") : null;
            if (state is "done" or "failed" or "cancelled")
            {
                return state == "done" ? ExitCodes.Done : ExitCodes.Refused;
            }
        }

        return ExitCodes.Refused;
    }

    private IAsyncEnumerable<AgentEvent> EventsAsync(long after, CancellationToken cancellationToken) =>
        AgentEvents.FollowAsync(run.Api, agent, after, run.Time, () => Output.Problem("[reconnecting]"), cancellationToken);

    private void Show(AgentEvent one)
    {
        if (run.Output.IsJson)
        {
            run.Output.Line(JsonSerializer.Serialize(one, ApiJson.Default.AgentEvent));
            return;
        }

        if (one.Kind == "agent-message")
        {
            if (one.Payload.TryGetProperty("replaces", out var replaces) && replaces.ValueKind == JsonValueKind.True)
            {
                EndText(); // what stands there already cannot be taken back; it is said again, whole
            }

            _isInText = true;
            run.Output.Text(AgentText.Content(one.Payload));
            return;
        }

        if (LineFor(one) is { } line)
        {
            EndText();
            run.Output.Line(line);
        }
    }

    private static string? LineFor(AgentEvent one) => one.Kind switch
    {
        "tool-call" => AgentText.ToolCall(one.Payload),
        "request-changed" when AgentText.Of(one.Payload, "request", "state") == "open" =>
            AgentText.Question(one.Payload.GetProperty("request").Deserialize(ApiJson.Default.AgentRequest)
                ?? throw new JsonException("A question is empty.")),
        "turn-changed" => AgentText.Of(one.Payload, "turn", "state") switch
        {
            "sent" => $"> {AgentText.Of(one.Payload, "turn", "text")}",
            "done" => "● done",
            "failed" => $"✕ failed: {AgentText.Of(one.Payload, "turn", "problem")}",
            "cancelled" => "✕ cancelled",
            _ => null,
        },
        "answer-cut" => $"↻ {AgentText.Of(one.Payload, "problem")}{(one.Payload.TryGetProperty("retryAt", out _) ? " It is asked again." : "")}",
        "summed-up" => "≡ the conversation was summed up",
        "agent-changed" when AgentText.Of(one.Payload, "agent", "problem") is { } problem => $"✕ {problem}",
        _ => null,
    };

    private void EndText()
    {
        if (_isInText)
        {
            run.Output.Line("");
            _isInText = false;
        }
    }
}
