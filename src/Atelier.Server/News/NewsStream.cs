using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Atelier.Server.Accounts;
using Atelier.Server.News.Sources;

namespace Atelier.Server.News;

/// <summary>One person's stream of news: first where things stand or what they missed, then every change as it comes.</summary>
internal sealed class NewsStream(
    PipeWriter output,
    CurrentUser user,
    IReadOnlyList<INewsSource> sources,
    NewsStore store,
    JsonSerializerOptions json,
    TimeSpan heartbeat,
    TimeProvider clock)
{
    /// <summary>What this stream has shown; null when it goes on from an older one, of which that is not known.</summary>
    private HashSet<string>? _shown;

    /// <summary>Sends until the reader goes, or is too far behind.</summary>
    /// <param name="watcher">Where its news come from.</param>
    /// <param name="lastEventId">What the client had last; null for a new one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(NewsSubscription watcher, string? lastEventId, CancellationToken cancellationToken)
    {
        // The watcher has everything after this, and a little before it, which is told now.
        var start = await store.LastAsync(cancellationToken);
        if (lastEventId is null)
        {
            await SendListsAsync("snapshot", start, cancellationToken);
        }
        else if (long.TryParse(lastEventId, out var number) && await store.HasAllAfterAsync(number, start, cancellationToken))
        {
            await SendMissedAsync(number, start, cancellationToken);
        }
        else
        {
            await SendListsAsync("reset", start, cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
        await GoOnAsync(watcher, start, cancellationToken);
    }

    private async Task GoOnAsync(NewsSubscription watcher, long start, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(heartbeat, clock);
        var beat = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        while (true)
        {
            var more = watcher.Items.WaitToReadAsync(cancellationToken).AsTask();
            while (await Task.WhenAny(more, beat) == beat)
            {
                await beat;
                output.Write(": \n\n"u8);
                await output.FlushAsync(cancellationToken);
                beat = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            }

            if (!await more)
            {
                return; // too far behind
            }

            while (watcher.Items.TryRead(out var item))
            {
                if (item.Number is not { } number || number > start)
                {
                    await TellAsync(item, cancellationToken);
                }
            }

            await output.FlushAsync(cancellationToken);
        }
    }

    private async Task SendListsAsync(string name, long number, CancellationToken cancellationToken)
    {
        var lists = new Dictionary<string, IEnumerable<object>>(StringComparer.Ordinal);
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            var things = await source.AllAsync(user, cancellationToken);
            shown.UnionWith(things.Select(thing => thing.Id));
            lists[source.List] = things.Select(thing => thing.View);
        }

        _shown = shown;
        Write(number, name, lists);
    }

    private async Task SendMissedAsync(long number, long upTo, CancellationToken cancellationToken)
    {
        while (number < upTo)
        {
            foreach (var item in (await store.AfterAsync(number, cancellationToken)).Where(item => item.Number <= upTo))
            {
                await TellAsync(item, cancellationToken);
                number = item.Number ?? number;
            }

            await output.FlushAsync(cancellationToken);
        }

        foreach (var source in sources)
        {
            foreach (var signal in await source.SignalsAsync(user, cancellationToken))
            {
                Write(number: null, signal.Name, signal.Data);
            }
        }

        output.Write(": that was it\n\n"u8); // so that something comes at once, also to somebody who missed nothing
    }

    private async Task TellAsync(NewsItem item, CancellationToken cancellationToken)
    {
        var events = new List<NewsEvent>();
        foreach (var source in sources)
        {
            events.AddRange((await source.TellAsync(item, user, cancellationToken)).Where(IsTheirs));
        }

        foreach (var (index, one) in events.Index())
        {
            // With the number of the last one all of them have arrived.
            Write(index == events.Count - 1 ? item.Number : null, one.Name, one.Data);
        }
    }

    /// <summary>A removal concerns only who has been shown the thing (rule NS2).</summary>
    private bool IsTheirs(NewsEvent one)
    {
        if (one.IsRemoval)
        {
            return _shown?.Remove(one.ThingId) ?? true;
        }

        _shown?.Add(one.ThingId);
        return true;
    }

    private void Write(long? number, string name, object data)
    {
        var id = number is null ? "" : $"id: {number}\n";
        output.Write(Encoding.UTF8.GetBytes($"{id}event: {name}\ndata: "));
        output.Write(JsonSerializer.SerializeToUtf8Bytes(data, data.GetType(), json));
        output.Write("\n\n"u8);
    }
}
