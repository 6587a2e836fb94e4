using Atelier.Protocol.HostLink;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.ZedSync;

/// <summary>What every connection of a Zed needs of the server around it. Owners are asked for late: they hold the way to Zed.</summary>
internal sealed class ZedSurroundings(Func<AgentOwners> owners, ZedEntryStore entries, IOptions<ZedSyncOptions> options, TimeProvider clock)
{
    public Func<AgentOwners> Owners { get; } = owners;

    public ZedEntryStore Entries { get; } = entries;

    public ZedSyncOptions Options { get; } = options.Value;

    public TimeProvider Clock { get; } = clock;
}

/// <summary>What a Zed can do, which it does not say itself.</summary>
internal static class ZedAbilities
{
    public static AgentAbilities Of(Agent agent) => new(
        agent.ZedAgent is { } inner ? $"Zed ({inner})" : "Zed",
        Version: null,
        Loads: true,
        Resumes: false,
        Closes: false,
        TakesImages: false,
        TakesResources: false,
        McpHttp: false,
        LoginMethods: null)
    {
        BeginsThreadsWithPrompts = true,
        RunsTurnsInOrder = true,
    };
}
