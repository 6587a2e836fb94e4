using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;

namespace Atelier.Server.Agents.Events;

/// <summary>Hands stored events to whoever follows an agent on this node. Lossy: a follower who is too far behind reads the rows.</summary>
internal sealed class AgentFeed(Microsoft.Extensions.Options.IOptions<AgentsOptions> options)
{
    private readonly ConcurrentDictionary<AgentId, ImmutableList<Channel<AgentEvent>>> _followers = new();

    public void Publish(AgentId agent, IReadOnlyList<AgentEvent> events)
    {
        if (!_followers.TryGetValue(agent, out var followers))
        {
            return;
        }

        foreach (var follower in followers)
        {
            foreach (var one in events)
            {
                follower.Writer.TryWrite(one); // what does not fit is read from the rows
            }
        }
    }

    /// <summary>Begins to follow.</summary>
    public Subscription Follow(AgentId agent)
    {
        var channel = Channel.CreateBounded<AgentEvent>(
            new BoundedChannelOptions(options.Value.MostEventsBehind) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        _followers.AddOrUpdate(agent, _ => [channel], (_, others) => others.Add(channel));
        return new Subscription(this, agent, channel);
    }

    private void Leave(AgentId agent, Channel<AgentEvent> channel)
    {
        while (_followers.TryGetValue(agent, out var followers))
        {
            var left = followers.Remove(channel);
            if (left.IsEmpty ? _followers.TryRemove(KeyValuePair.Create(agent, followers)) : _followers.TryUpdate(agent, left, followers))
            {
                return;
            }
        }
    }

    internal sealed class Subscription(AgentFeed feed, AgentId agent, Channel<AgentEvent> channel) : IDisposable
    {
        public ChannelReader<AgentEvent> Events => channel.Reader;

        public void Dispose() => feed.Leave(agent, channel);
    }
}
