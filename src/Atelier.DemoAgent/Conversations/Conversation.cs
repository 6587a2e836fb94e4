using System.Collections.Immutable;
using Atelier.DemoAgent.Acp;

namespace Atelier.DemoAgent.Conversations;

/// <summary>A conversation as far as the next turn depends on it: what its records add up to.</summary>
/// <param name="Id">The client's name for it.</param>
/// <param name="Directory">Where it works.</param>
/// <param name="UpdatedAt">When the last thing happened.</param>
internal sealed record Conversation(string Id, string Directory, DateTimeOffset UpdatedAt)
{
    /// <summary>Asks before it runs a command.</summary>
    public const string AskMode = "ask";

    /// <summary>Runs commands without asking.</summary>
    public const string AutoMode = "auto";

    /// <summary>What it is about; null before the first turn.</summary>
    public string? Title { get; private init; }

    public string Mode { get; private init; } = AskMode;

    /// <summary>What the person decided for all commits; null when it is to be asked.</summary>
    public bool? MayCommit { get; private init; }

    public int Turns { get; private init; }

    /// <summary>What it changed last and has not taken back; null when there is nothing.</summary>
    public OwnChange? LastChange { get; private init; }

    /// <summary>Tool calls that have begun and not ended.</summary>
    public ImmutableList<string> OpenCalls { get; private init; } = [];

    /// <summary>Letters that both sides said.</summary>
    public long Letters { get; private init; }

    public Conversation After(ConversationRecord record) => (record switch
    {
        ConversationRecord.Opened opened => this with { Directory = opened.Directory },
        ConversationRecord.TurnBegun => this with { Turns = Turns + 1 },
        ConversationRecord.Said said => After(said.Update),
        ConversationRecord.ModeChosen chosen => this with { Mode = chosen.Mode },
        ConversationRecord.CommitsDecided decided => this with { MayCommit = decided.Allowed },
        ConversationRecord.Changed changed => this with { LastChange = changed.Change },
        ConversationRecord.Committed committed => this with { LastChange = LastChange is null ? null : LastChange with { Commit = committed.Commit } },
        ConversationRecord.Undone => this with { LastChange = null },
        _ => this,
    }) with
    { UpdatedAt = record.At };

    private Conversation After(SessionUpdate update) => update switch
    {
        SessionUpdate.Named named => this with { Title = named.Title },
        SessionUpdate.UserMessageChunk user => this with { Letters = Letters + user.Content.GetRawText().Length },
        SessionUpdate.AgentMessageChunk agent => this with { Letters = Letters + agent.Content.Text.Length },
        SessionUpdate.AgentThoughtChunk thought => this with { Letters = Letters + thought.Content.Text.Length },
        SessionUpdate.ToolCall call => this with { OpenCalls = OpenCalls.Add(call.ToolCallId) },
        SessionUpdate.ToolCallUpdate { Status: "completed" or "failed" } ended => this with { OpenCalls = OpenCalls.Remove(ended.ToolCallId) },
        _ => this,
    };
}
