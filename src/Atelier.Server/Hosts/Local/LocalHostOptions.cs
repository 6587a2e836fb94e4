namespace Atelier.Server.Hosts.Local;

/// <summary>The daemon of the server's own machine.</summary>
internal sealed class LocalHostOptions
{
    public const string Section = "Host";

    /// <summary>The daemon's program; null for the one of this build.</summary>
    public string? Daemon { get; init; }

    /// <summary>Whether this machine is a host at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether terminal bytes go through the daemon even on this machine, as they do for others.</summary>
    public bool AlwaysRelay { get; init; }
}
