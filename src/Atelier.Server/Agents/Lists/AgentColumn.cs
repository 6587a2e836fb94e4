using Atelier.Server.Agents.Waits;

namespace Atelier.Server.Agents.Lists;

/// <summary>Where an agent stands on the board: what a person has to do with it; derived, never stored.</summary>
internal enum AgentColumn
{
    Working,
    NeedsYou,
    ToReview,
    Failed,

    /// <summary>Nothing is to be done about it.</summary>
    Done,
}

internal static class AgentColumns
{
    /// <summary>The words that callers use.</summary>
    public static IReadOnlyDictionary<string, AgentColumn> Words { get; } = new Dictionary<string, AgentColumn>(StringComparer.OrdinalIgnoreCase)
    {
        ["working"] = AgentColumn.Working,
        ["needs-you"] = AgentColumn.NeedsYou,
        ["to-review"] = AgentColumn.ToReview,
        ["failed"] = AgentColumn.Failed,
        ["done"] = AgentColumn.Done,
    };

    public static AgentColumn Of(AgentView agent) => agent.Doing switch
    {
        AgentDoing.Working => AgentColumn.Working,
        AgentDoing.Waiting => AgentColumn.NeedsYou,
        AgentDoing.ToReview => AgentColumn.ToReview,
        AgentDoing.Failed => AgentColumn.Failed,
        AgentDoing.Idle => AgentColumn.Done,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
