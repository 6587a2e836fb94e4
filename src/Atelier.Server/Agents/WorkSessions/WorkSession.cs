using System.Text.Json.Serialization;

namespace Atelier.Server.Agents.WorkSessions;

/// <summary>Who does the work of a work session.</summary>
internal enum AgentType
{
    /// <summary>A thread in the agent's instance, whichever program runs it.</summary>
    [JsonStringEnumMemberName("zed_agent")]
    ZedAgent,

    /// <summary>The built-in agent; needs no instance.</summary>
    [JsonStringEnumMemberName("helix_agent")]
    HelixAgent,

    /// <summary>Chat without tools; needs no instance.</summary>
    [JsonStringEnumMemberName("simple")]
    Simple,
}

/// <summary>Transitions are in docs/states.md.</summary>
internal enum WorkSessionStatus
{
    Pending,
    Active,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>One line of work of an agent.</summary>
internal sealed record WorkSession
{
    public required WorkSessionId Id { get; init; }

    public required string Name { get; init; }

    public required AgentType Type { get; init; }

    public WorkSessionStatus Status { get; init; }

    /// <summary>Place among its agent's, from 0.</summary>
    public required int Position { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was given its first turn; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was completed, failed or cancelled; null while it is none of these.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When a person last set aside what came of it; null while nobody has.</summary>
    public DateTimeOffset? ReviewedAt { get; init; }

    public bool IsOver => Status is WorkSessionStatus.Completed or WorkSessionStatus.Failed or WorkSessionStatus.Cancelled;
}
