namespace Atelier.Server.Hosts;

/// <summary>A machine where code lives. What is true of it now, its daemon says; the row keeps what it said last.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people; the machine's own name.</param>
/// <param name="IsLocal">Whether it is the server's own machine.</param>
/// <param name="Version">Build of its daemon; null before the first link.</param>
/// <param name="LastSeenAt">When its daemon linked or spoke last; null before the first link.</param>
internal sealed record HostMachine(HostId Id, string Name, bool IsLocal, string? Version, DateTimeOffset? LastSeenAt);
