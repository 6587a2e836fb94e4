using System.Globalization;
using System.Text.Json.Nodes;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>Where something that Zed tells belongs.</summary>
/// <param name="Thread">The thread; null for none that is known.</param>
/// <param name="Turn">The turn, over or not; null for none, and for one that has long been over.</param>
/// <param name="TurnId">Its id; null for none.</param>
/// <param name="Request">The request that its entries are kept under; empty for none.</param>
internal sealed record ZedRoute(AgentThread? Thread, Turn? Turn, TurnId? TurnId, string Request);

/// <summary>Routing, and what of an entry is new; pure.</summary>
internal static class ZedNews
{
    /// <summary>By the request; one that is unknown, or none, is the one turn in flight of the thread's. Never the latest.</summary>
    public static ZedRoute RouteOf(Agent agent, ZedState state, ZedEventData data)
    {
        var thread = data.Thread is { } name ? agent.Threads.Find(one => one.ProgramThreadId == name) : null;
        if (data.RequestId is { Length: > 0 } request)
        {
            if (agent.Turns.Find(one => one.RequestId == request) is { } turn)
            {
                return new ZedRoute(agent.ThreadOf(turn.WorkSessionId), turn, turn.Id, request);
            }

            // An earlier attempt, or a turn that has long been over.
            if (request.LastIndexOf('.') is > 0 and var dot && new TurnId(request[..dot]) is var id
                && (agent.Find(id) is { } again ? agent.ThreadOf(again.WorkSessionId)
                    : agent.Threads.Find(one => state.Entries.Keys.Any(key => key.ThreadId == one.Id && key.RequestId == request))) is { } past)
            {
                return new ZedRoute(past, Turn: null, id, request);
            }
        }

        var inFlight = thread is null ? null : agent.InFlight(thread.WorkSessionId);
        return new ZedRoute(thread, inFlight, inFlight?.Id, inFlight?.RequestId ?? "");
    }

    /// <summary>Where an entry belongs that is told while its thread is being opened: that is history, and what of it was lost on its way is made up for.</summary>
    /// <returns>The route; null for what stands in the events otherwise, and is no news.</returns>
    public static ZedRoute? Reopening(ZedState state, ZedRoute route, string zedThread, string messageId, string text)
    {
        if (route.Thread is not { OpeningSequence: not null } thread || state.Entries.ContainsKey(new ZedEntryKey(thread.Id, zedThread, route.Request, messageId)))
        {
            return route;
        }

        var known = state.Entries.Values.Where(entry => entry.Key.ThreadId == thread.Id && entry.Key.ZedThreadId == zedThread && entry.Kind != ZedEntryKind.User).ToList();
        if (known.FindLast(entry => entry.Key.MessageId == messageId) is { } same)
        {
            return same.Kind == ZedEntryKind.ToolCall || same.Begins(text) ? Under(same.Key.RequestId) : null;
        }

        // It was never told: it goes with what came before it.
        return route.Turn is { IsInFlight: true } ? route
            : known.Where(entry => NumberOf(entry.Key.MessageId) < NumberOf(messageId)).MaxBy(entry => NumberOf(entry.Key.MessageId)) is { } before ? Under(before.Key.RequestId)
            : route;

        ZedRoute Under(string request) => request == route.Request ? route
            : new ZedRoute(thread, Turn: null, request.LastIndexOf('.') is > 0 and var dot ? new TurnId(request[..dot]) : null, request);
    }

    /// <summary>Whether an entry is only told again: it stands in the events of another request, and nothing of this one does yet.</summary>
    public static bool IsRetold(ZedState state, ZedRoute route, string zedThread, string messageId, string text)
    {
        if (route.Thread is not { OpeningSequence: null } thread || state.Entries.ContainsKey(new ZedEntryKey(thread.Id, zedThread, route.Request, messageId))
            || state.HasHeard(thread.Id, route.Request))
        {
            return false;
        }

        return state.Entries.Values.Any(entry =>
            entry.Key.ThreadId == thread.Id && entry.Key.ZedThreadId == zedThread && entry.Key.MessageId == messageId && entry.Key.RequestId != route.Request
            && entry.Length == text.Length && entry.Begins(text));
    }

    /// <summary>Tells what is new of a text.</summary>
    public static ZedState TellText(AgentChange change, ZedState state, ZedRoute route, AgentThread thread, string zedThread, string messageId, string text)
    {
        var key = new ZedEntryKey(thread.Id, zedThread, route.Request, messageId);
        var told = state.Entries.GetValueOrDefault(key);
        if (told is { } same && same.Length == text.Length && same.Begins(text))
        {
            return state;
        }

        var beginning = told is { } known && known.Begins(text) ? text[..known.Length] : null;
        foreach (var delta in ZedTexts.News(text, told is null ? "" : beginning, told?.Parts ?? 0))
        {
            state = TellPart(change, state, route, thread, $"{route.Request}/{messageId}.{delta.Index}", delta, text);
        }

        return Remember(change, state, new ZedEntry(key, ZedEntryKind.Text, text.Length, ZedEntry.HashOf(text), ZedTexts.Parts(text).Count));
    }

    /// <summary>Tells a piece that is no more than that.</summary>
    public static ZedState TellPiece(AgentChange change, ZedState state, ZedRoute route, AgentThread thread, string zedThread, string piece)
    {
        var key = new ZedEntryKey(thread.Id, zedThread, route.Request, "chat");
        var told = state.Entries.GetValueOrDefault(key);
        state = TellPart(change, state, route, thread, $"{route.Request}/chat.0", new ZedDelta(0, IsThought: false, piece, Replaces: false), whole: null);
        return Remember(change, state, new ZedEntry(key, ZedEntryKind.Text, (told?.Length ?? 0) + piece.Length, ZedEntry.HashOf($"{told?.Hash}{piece}"), Parts: 1));
    }

    /// <summary>Tells what is new of a tool call.</summary>
    public static ZedState TellTool(AgentChange change, ZedState state, ZedRoute route, AgentThread thread, string zedThread, ZedEventData data, string text)
    {
        var key = new ZedEntryKey(thread.Id, zedThread, route.Request, data.MessageId ?? "");
        var told = state.Entries.GetValueOrDefault(key);
        var entry = new ZedEntry(
            key, ZedEntryKind.ToolCall, text.Length, ZedEntry.HashOf(text), Parts: 0, ZedTexts.Clean(data.ToolName), ZedTexts.StatusOf(data.ToolStatus) ?? told?.Status);
        if (entry == told)
        {
            return state;
        }

        var payload = new JsonObject { ["toolCallId"] = $"{route.Request}/{data.MessageId}" };
        Set(payload, "title", entry.Title, told?.Title);
        Set(payload, "status", entry.Status, told?.Status);
        if (told?.Hash != entry.Hash && ZedTexts.ToolOutput(text) is var output && (output.Length > 0 || told is { Length: > 0 }))
        {
            payload["content"] = new JsonArray(new JsonObject { ["type"] = "content", ["content"] = new JsonObject { ["type"] = "text", ["text"] = output } });
        }

        change.Tell("tool-call", thread.WorkSessionId, route.TurnId, payload.ToJsonString());
        return Remember(change, state with { LastSpoken = state.LastSpoken.Remove(thread.WorkSessionId) }, entry);
    }

    /// <summary>Tells the person's side.</summary>
    public static ZedState TellUser(AgentChange change, ZedState state, ZedRoute route, AgentThread thread, ZedEntryKey key, string text)
    {
        change.Tell("user-message", thread.WorkSessionId, route.TurnId, Content($"{route.Request}/{key.MessageId}", text, replaces: false));
        return Remember(change, state with { LastSpoken = state.LastSpoken.Remove(thread.WorkSessionId) }, new ZedEntry(key, ZedEntryKind.User, text.Length, ZedEntry.HashOf(text)));
    }

    public static ZedState Remember(AgentChange change, ZedState state, ZedEntry entry)
    {
        change.Remember(entry);
        return state.With(entry);
    }

    private static ZedState TellPart(AgentChange change, ZedState state, ZedRoute route, AgentThread thread, string message, ZedDelta delta, string? whole)
    {
        var kind = delta.IsThought ? "agent-thought" : EventKinds.AgentMessage;
        var spoken = $"{kind} {message}";
        var goesOn = delta.Replaces || whole is null || state.LastSpoken.GetValueOrDefault(thread.WorkSessionId) == spoken;
        var isNew = !goesOn && ZedTexts.Parts(whole ?? "") is var parts && parts[delta.Index].Text == delta.Text;
        var text = goesOn || isNew ? delta.Text : ZedTexts.Parts(whole ?? "")[delta.Index].Text;
        change.Tell(kind, thread.WorkSessionId, route.TurnId, Content(message, text, delta.Replaces || (!goesOn && !isNew)));
        return state with { LastSpoken = state.LastSpoken.SetItem(thread.WorkSessionId, spoken) };
    }

    private static long NumberOf(string messageId) => long.TryParse(messageId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static string Content(string message, string text, bool replaces)
    {
        var payload = new JsonObject { ["messageId"] = message, ["content"] = new JsonObject { ["type"] = "text", ["text"] = text } };
        if (replaces)
        {
            payload["replaces"] = true;
        }

        return payload.ToJsonString();
    }

    private static void Set(JsonObject payload, string name, string? value, string? before)
    {
        if (value is { Length: > 0 } && value != before)
        {
            payload[name] = value;
        }
    }
}
