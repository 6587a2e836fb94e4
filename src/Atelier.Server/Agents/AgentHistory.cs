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
        // From the newest back, until it is as much as is told.
        var turns = (await rows.TurnsAsync(agent.Id, cancellationToken)).Where(turn => turn.WorkSessionId == workSession && turn.Id != before && turn.DispatchedAt is not null);
        var said = new List<string>();
        foreach (var turn in turns.Reverse())
        {
            if (said.Sum(one => one.Length) > options.Value.MaxHistoryLength)
            {
                break;
            }

            var events = await SaidInAsync(turn.Id, cancellationToken);
            if (SaidText.IsForgotten(turn, events))
            {
                continue;
            }

            if (SaidText.Of(events) is { Length: > 0 } answer)
            {
                said.Insert(0, $"You: {answer}");
            }

            said.Insert(0, $"Person: {turn.Text}");
        }

        return SaidText.Retold(said, options.Value.MaxHistoryLength);
    }

    /// <summary>The conversation of all work sessions: each prompt, and all text that came back.</summary>
    public async Task<IReadOnlyList<AgentMessage>> MessagesAsync(AgentId agent, CancellationToken cancellationToken)
    {
        var answers = (await database.CommandFor(
                "select turn_id, kind, payload from agent_events where agent_id = $1 and turn_id is not null and kind = any($2) order by seq", agent, SaidText.Kinds)
            .AllAsync(row => (Turn: row.GetString(0), Said: (row.GetString(1), row.GetString(2))), cancellationToken)).ToLookup(one => one.Turn, one => one.Said);
        var messages = new List<AgentMessage>();
        foreach (var turn in await rows.TurnsAsync(agent, cancellationToken))
        {
            messages.Add(new AgentMessage("user", turn.WorkSessionId, turn.Id, turn.State, turn.Text, turn.CreatedAt));
            if (SaidText.Of(answers[turn.Id.Value]) is { Length: > 0 } text)
            {
                messages.Add(new AgentMessage("assistant", turn.WorkSessionId, turn.Id, turn.State, text, turn.FinishedAt ?? turn.LastEventAt ?? turn.CreatedAt));
            }
        }

        return messages;
    }

    private Task<IReadOnlyList<(string Kind, string Payload)>> SaidInAsync(TurnId turn, CancellationToken cancellationToken) =>
        database.CommandFor("select kind, payload from agent_events where turn_id = $1 and kind = any($2) order by seq", turn, SaidText.Kinds)
            .AllAsync(row => (row.GetString(0), row.GetString(1)), cancellationToken);
}

/// <summary>One side's words of a turn.</summary>
/// <param name="Role">user or assistant.</param>
/// <param name="WorkSessionId">Where.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="State">How far the turn is.</param>
/// <param name="Text">The words.</param>
/// <param name="At">When they were said, or last added to.</param>
internal sealed record AgentMessage(string Role, WorkSessionId WorkSessionId, TurnId TurnId, TurnState State, string Text, DateTimeOffset At);

/// <summary>How a program's messages become text; pure.</summary>
internal static class SaidText
{
    /// <summary>Kinds of events that are messages, or come between them.</summary>
    public static readonly string[] Kinds = [EventKinds.AgentMessage, EventKinds.AgentThought, EventKinds.ToolCall, "plan", EventKinds.AnswerCut];

    /// <summary>
    /// The messages of a turn, each a paragraph of its own. Pieces of one follow each other; another id or another kind of event begins a new one. What broke off and was
    /// asked for again is none.
    /// </summary>
    public static string Of(IEnumerable<(string Kind, string Payload)> events)
    {
        var said = new List<(string? Id, StringBuilder Text)>();
        (bool IsMessage, string? Id) last = (false, null);
        foreach (var (kind, json) in events)
        {
            var isMessage = kind == EventKinds.AgentMessage;
            using var payload = JsonDocument.Parse(json);
            var id = payload.RootElement.Member("messageId")?.Text();
            if (isMessage && payload.RootElement.Member("content")?.Member("text")?.Text() is { } piece)
            {
                var replaced = payload.RootElement.Member("replaces") is { ValueKind: JsonValueKind.True } && id is not null ? said.FindLast(one => one.Id == id).Text : null;
                if (replaced is not null)
                {
                    replaced.Clear().Append(piece);
                }
                else if (last == (true, id) && said.Count > 0)
                {
                    said[^1].Text.Append(piece);
                }
                else
                {
                    said.Add((id, new StringBuilder(piece)));
                }
            }
            else if (kind == EventKinds.AnswerCut)
            {
                said.RemoveAll(one => one.Id == id);
            }

            last = (isMessage, id);
        }

        return string.Join("\n\n", said.Where(one => one.Text.Length > 0).Select(one => one.Text.ToString()));
    }

    /// <summary>Whether the program's model does not see a turn again: it would have none of it, and has done nothing for it.</summary>
    public static bool IsForgotten(Turn turn, IEnumerable<(string Kind, string Payload)> events) =>
        turn.IsRefused && !events.Any(one => one.Kind == "tool-call" && JsonElement.Parse(one.Payload).Member("status")?.Text() == "completed");

    /// <summary>What is put before a prompt whose program does not know the conversation; null when there was none.</summary>
    /// <param name="said">Both sides' words, in order.</param>
    /// <param name="most">Characters of them at most; the newest are kept.</param>
    public static string? Retold(IReadOnlyList<string> said, int most)
    {
        if (said.Count == 0)
        {
            return null;
        }

        var text = string.Join("\n\n", said);
        return $"""
            This conversation began earlier, in a process that has ended. What was said so far{(text.Length > most ? " (the newest part)" : "")}:

            {text.Ending(most)}

            What follows is the next request.
            """;
    }
}
