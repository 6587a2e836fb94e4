using System.Text;
using System.Text.Json;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Agents;

/// <summary>What was said in a work session, as text, read from its turns and events.</summary>
internal sealed class AgentHistory(NpgsqlDataSource database, AgentRows rows, IOptions<AgentsOptions> options)
{
    /// <summary>What a program is told that has to go on with a conversation it does not know; null when there is nothing to tell.</summary>
    public async Task<string?> TextAsync(Agent agent, WorkSessionId workSession, TurnId before, CancellationToken cancellationToken)
    {
        var said = (await MessagesAsync(agent.Id, cancellationToken))
            .Where(message => message.WorkSessionId == workSession && message.TurnId != before)
            .Select(message => $"{(message.Role == "user" ? "Person" : "You")}: {message.Text}")
            .ToList();
        if (said.Count == 0)
        {
            return null;
        }

        var text = string.Join("\n\n", said);
        var most = options.Value.MaxHistoryLength;
        return $"""
            This conversation began earlier, in a process that has ended. What was said so far{(text.Length > most ? " (the newest part)" : "")}:

            {(text.Length > most ? text[^most..] : text)}

            What follows is the next request.
            """;
    }

    /// <summary>The conversation of all work sessions: each prompt, and all text that came back.</summary>
    public async Task<IReadOnlyList<AgentMessage>> MessagesAsync(AgentId agent, CancellationToken cancellationToken)
    {
        var answers = (await database.CommandFor(
                "select turn_id, payload from agent_events where agent_id = $1 and kind = $2 and turn_id is not null order by seq", agent, EventKinds.AgentMessage)
            .AllAsync(row => (Turn: row.GetString(0), Text: TextIn(row.GetString(1))), cancellationToken)).ToLookup(one => one.Turn, one => one.Text);
        var messages = new List<AgentMessage>();
        foreach (var turn in await rows.TurnsAsync(agent, cancellationToken))
        {
            messages.Add(new AgentMessage("user", turn.WorkSessionId, turn.Id, turn.State, turn.Text, turn.CreatedAt));
            var text = answers[turn.Id.Value].Aggregate(new StringBuilder(), (all, one) => all.Append(one)).ToString();
            if (text.Length > 0)
            {
                messages.Add(new AgentMessage("assistant", turn.WorkSessionId, turn.Id, turn.State, text, turn.FinishedAt ?? turn.LastEventAt ?? turn.CreatedAt));
            }
        }

        return messages;
    }

    private static string TextIn(string payload)
    {
        using var message = JsonDocument.Parse(payload);
        return message.RootElement.ValueKind == JsonValueKind.Object && message.RootElement.TryGetProperty("content", out var content)
            && content.ValueKind == JsonValueKind.Object && content.TryGetProperty("text", out var text)
                ? text.Text() ?? ""
                : "";
    }
}

/// <summary>One side's words of a turn.</summary>
/// <param name="Role">user or assistant.</param>
/// <param name="WorkSessionId">Where.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="State">How far the turn is.</param>
/// <param name="Text">The words.</param>
/// <param name="At">When they were said, or last added to.</param>
internal sealed record AgentMessage(string Role, WorkSessionId WorkSessionId, TurnId TurnId, TurnState State, string Text, DateTimeOffset At);
