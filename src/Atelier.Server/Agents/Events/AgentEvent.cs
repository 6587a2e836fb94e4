using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.Events;

/// <summary>Kinds of events that are ours; those of programs come by the names they have in docs/protocols/agent-events.md.</summary>
internal static class EventKinds
{
    public const string AgentChanged = "agent-changed";
    public const string WorkSessionChanged = "work-session-changed";
    public const string InstanceChanged = "instance-changed";
    public const string TurnChanged = "turn-changed";
    public const string RequestChanged = "request-changed";
    public const string Served = "served";
    public const string SettingRefused = "setting-refused";
    public const string ReviewChanged = "review-changed";
    public const string QuestionOver = "question-over";

    /// <summary>What was said under a name is no answer: it broke off.</summary>
    public const string AnswerCut = "answer-cut";

    /// <summary>What was said so far was summed up, to have room for more.</summary>
    public const string SummedUp = "summed-up";

    public const string AgentMessage = "agent-message";
    public const string AgentThought = "agent-thought";
    public const string ToolCall = "tool-call";
    public const string Title = "title";
    public const string Usage = "usage";
    public const string TurnUsage = "turn-usage";
    public const string Noise = "noise";
    public const string Other = "other";

    /// <summary>The kind of something that a program said; it never takes the name of ours, nor one that would not fit on a line.</summary>
    public static string OfProgram(string kind) =>
        kind is AgentChanged or WorkSessionChanged or InstanceChanged or TurnChanged or RequestChanged or Served or SettingRefused or TurnUsage or ReviewChanged or QuestionOver or AnswerCut or SummedUp
            || kind.Length is 0 or > 64 || !kind.All(IsNameCharacter) ? Other : kind;

    /// <summary>What a program tells again when it loads a conversation.</summary>
    public static bool IsRetold(string kind) => kind is AgentMessage or AgentThought or "user-message" or ToolCall or "plan";

    /// <summary>What says that a program works on a prompt, and not only what it is.</summary>
    public static bool IsWork(string kind) => IsRetold(kind) || kind == Usage;

    private static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}

/// <summary>Something that happened, before it has its number.</summary>
/// <param name="Kind">What.</param>
/// <param name="WorkSessionId">What it belongs to; null for all.</param>
/// <param name="TurnId">The turn it belongs to; null for none.</param>
/// <param name="Payload">What comes with it, as JSON.</param>
internal sealed record EventDraft(string Kind, WorkSessionId? WorkSessionId, TurnId? TurnId, string Payload);

/// <summary>Something that happened to an agent.</summary>
/// <param name="Seq">Its number, from 1 without holes per agent.</param>
/// <param name="At">When it was stored.</param>
/// <param name="What">The rest.</param>
internal sealed record AgentEvent(long Seq, DateTimeOffset At, EventDraft What);
