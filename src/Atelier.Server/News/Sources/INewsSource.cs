using Atelier.Server.Accounts;

namespace Atelier.Server.News.Sources;

/// <summary>Knows one kind of thing that pages list: what each person may see of it.</summary>
internal interface INewsSource
{
    /// <summary>Name of its list in a snapshot.</summary>
    string List { get; }

    /// <summary>All that a person may see.</summary>
    Task<IReadOnlyList<ListedThing>> AllAsync(CurrentUser user, CancellationToken cancellationToken);

    /// <summary>What a person is told of some news; nothing when they do not concern this kind of thing, or this person.</summary>
    Task<IReadOnlyList<NewsEvent>> TellAsync(NewsItem item, CurrentUser user, CancellationToken cancellationToken);

    /// <summary>Signals that a person who comes back has missed, told anew.</summary>
    Task<IReadOnlyList<NewsEvent>> SignalsAsync(CurrentUser user, CancellationToken cancellationToken);
}
