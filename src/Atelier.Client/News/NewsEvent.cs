namespace Atelier.Client.News;

/// <summary>One event of the news stream (docs/protocols/news.md).</summary>
/// <param name="Name">Such as session-changed.</param>
/// <param name="Data">Its JSON.</param>
public sealed record NewsEvent(string Name, string Data);
