using System.Diagnostics.Metrics;

namespace Atelier.Server.Agents;

/// <summary>What is counted of agents.</summary>
internal static class AgentMetrics
{
    private static readonly Meter s_meter = new("Atelier.Server.Agents");

    /// <summary>Instances that were followed again after a link was away.</summary>
    public static Counter<long> Restored { get; } = s_meter.CreateCounter<long>("atelier.agents.restored");

    /// <summary>Turns that were given up because nobody could answer them.</summary>
    public static Counter<long> Stale { get; } = s_meter.CreateCounter<long>("atelier.agents.stale");

    /// <summary>Prompts that were sent once more because the program did not have them.</summary>
    public static Counter<long> Redelivered { get; } = s_meter.CreateCounter<long>("atelier.agents.redelivered");

    /// <summary>Events that were stored.</summary>
    public static Counter<long> Events { get; } = s_meter.CreateCounter<long>("atelier.agents.events");
}
