using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Events;

/// <summary>Hands stored events to whoever follows an agent on this node. Lossy: a follower who is too far behind reads the rows.</summary>
internal sealed class AgentFeed(IOptions<AgentsOptions> options)
{
    private readonly ConcurrentDictionary<AgentId, ImmutableList<Channel<AgentEvent?>>> _followers = new();

    /// <summary>Hands on events that were stored; in their order.</summary>
    public void Publish(AgentId agent, IReadOnlyList<AgentEvent> events)
    {
        foreach (var follower in FollowersOf(agent))
        {
            foreach (var one in events)
            {
                follower.Writer.TryWrite(one);
            }
        }
    }

    /// <summary>Something may have been stored that was not published.</summary>
    public void LookAgain(AgentId agent)
    {
        foreach (var follower in FollowersOf(agent))
        {
            follower.Writer.TryWrite(null);
        }
    }

    /// <summary>Nothing more comes: the agent is gone.</summary>
    public void End(AgentId agent)
    {
        foreach (var follower in FollowersOf(agent))
        {
            follower.Writer.TryComplete();
        }
    }

    /// <summary>Begins to follow.</summary>
    public Subscription Follow(AgentId agent)
    {
        // What does not fit pushes out the oldest, so that a follower always gets the last one, and sees by its number what to read from the rows.
        var channel = Channel.CreateBounded<AgentEvent?>(
            new BoundedChannelOptions(options.Value.MostEventsBehind) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _followers.AddOrUpdate(agent, _ => [channel], (_, others) => others.Add(channel));
        return new Subscription(this, agent, channel);
    }

    private ImmutableList<Channel<AgentEvent?>> FollowersOf(AgentId agent) => _followers.GetValueOrDefault(agent, []);

    private void Leave(AgentId agent, Channel<AgentEvent?> channel)
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

    internal sealed class Subscription(AgentFeed feed, AgentId agent, Channel<AgentEvent?> channel) : IDisposable
    {
        /// <summary>Events as they come, by number; null: look at the rows.</summary>
        public ChannelReader<AgentEvent?> Events => channel.Reader;

        public void Dispose() => feed.Leave(agent, channel);
    }
}
