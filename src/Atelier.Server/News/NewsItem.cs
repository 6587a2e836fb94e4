namespace Atelier.Server.News;

/// <summary>That something changed, or a passing signal. What is sent of it depends on who watches.</summary>
/// <param name="Number">Its place in the order of all news; null for a signal, which is sent without one.</param>
/// <param name="Kind">One of the event names of docs/protocols/news.md.</param>
/// <param name="SubjectId">The thing it is about.</param>
/// <param name="Signal">What a signal says; null for stored news, whose thing is read when it is sent.</param>
internal sealed record NewsItem(long? Number, string Kind, string SubjectId, object? Signal = null)
{
    private Lazy<Task<object?>>? _thing;

    /// <summary>The thing as it is by now; read once for everybody who watches.</summary>
    public async Task<T?> ThingAsync<T>(Func<Task<T?>> read)
        where T : class
    {
        var mine = new Lazy<Task<object?>>(async () => await read());
        return (T?)await (Interlocked.CompareExchange(ref _thing, mine, comparand: null) ?? mine).Value;
    }
}

/// <summary>What one person is told.</summary>
/// <param name="Name">Name of the event.</param>
/// <param name="ThingId">Which thing it shows or takes away.</param>
/// <param name="Data">Its JSON.</param>
/// <param name="IsRemoval">Whether it takes the thing away; told only to who may have it on the screen.</param>
internal sealed record NewsEvent(string Name, string ThingId, object Data, bool IsRemoval = false);

/// <summary>A thing in a list of a snapshot.</summary>
internal sealed record ListedThing(string Id, object View);
