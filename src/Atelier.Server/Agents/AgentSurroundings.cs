using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents;

/// <summary>What every agent's owner needs of the server around it.</summary>
internal sealed class AgentSurroundings(
    AgentStore store,
    AgentHistory history,
    IInstanceHost host,
    IAgentPlaces places,
    AgentFeed feed,
    BuiltInSurroundings builtIn,
    IOptions<AgentsOptions> options,
    TimeProvider clock,
    ILogger<AgentOwner> logger)
{
    public AgentStore Store { get; } = store;

    public AgentHistory History { get; } = history;

    public IInstanceHost Host { get; } = host;

    public IAgentPlaces Places { get; } = places;

    public AgentFeed Feed { get; } = feed;

    public BuiltInSurroundings BuiltIn { get; } = builtIn;

    public AgentsOptions Options { get; } = options.Value;

    public TimeProvider Clock { get; } = clock;

    public ILogger Logger { get; } = logger;
}
