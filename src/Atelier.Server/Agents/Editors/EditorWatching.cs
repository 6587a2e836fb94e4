using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Editors;

/// <summary>What the connections of editors need of the server around them.</summary>
internal sealed class EditorWatching(
    AgentFeed feed,
    AgentEventStore events,
    AgentRows rows,
    AgentAccess access,
    RequestAnswering answering,
    IOptions<EditorOptions> options,
    TimeProvider clock,
    ILogger<EditorConnection> logger)
{
    public AgentFeed Feed { get; } = feed;

    public AgentEventStore Events { get; } = events;

    public AgentRows Rows { get; } = rows;

    public AgentAccess Access { get; } = access;

    public RequestAnswering Answering { get; } = answering;

    public EditorOptions Options { get; } = options.Value;

    public TimeProvider Clock { get; } = clock;

    public ILogger Logger { get; } = logger;
}
