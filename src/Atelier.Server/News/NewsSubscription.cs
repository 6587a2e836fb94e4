using System.Threading.Channels;

namespace Atelier.Server.News;

/// <summary>One watcher's place in the news. All that is told from its making on arrives, once and in order, or the channel ends.</summary>
internal sealed class NewsSubscription(NewsFeed feed, int mostBehind) : IDisposable
{
    private readonly Channel<NewsItem> _items = Channel.CreateBounded<NewsItem>(
        new BoundedChannelOptions(mostBehind) { SingleReader = true });

    public ChannelReader<NewsItem> Items => _items.Reader;

    /// <summary>Takes an item; a watcher who is too far behind is let go (rule NS4).</summary>
    public void Take(NewsItem item)
    {
        if (!_items.Writer.TryWrite(item))
        {
            _items.Writer.TryComplete();
        }
    }

    public void Dispose() => feed.Leave(this);
}
