using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Turns;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents;

/// <summary>What every agent's owner needs of the server around it.</summary>
internal sealed class AgentSurroundings(
    AgentStore store,
    AgentHistory history,
    PermissionRules rules,
    IInstanceHost host,
    IAgentPlaces places,
    AgentFeed feed,
    BuiltInSurroundings builtIn,
    IEnumerable<ITurnObserver> observers,
    IOptions<AgentsOptions> options,
    TimeProvider clock,
    ILogger<AgentOwner> logger)
{
    public AgentStore Store { get; } = store;

    public AgentHistory History { get; } = history;

    public PermissionRules Rules { get; } = rules;

    public IInstanceHost Host { get; } = host;

    public IAgentPlaces Places { get; } = places;

    public AgentFeed Feed { get; } = feed;

    public BuiltInSurroundings BuiltIn { get; } = builtIn;
    public IReadOnlyList<ITurnObserver> Observers { get; } = [.. observers];

    public AgentsOptions Options { get; } = options.Value;

    public TimeProvider Clock { get; } = clock;

    public ILogger Logger { get; } = logger;
}
