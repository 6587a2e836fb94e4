namespace Atelier.Protocol.HostLink;

/// <summary>Numbers and limits of HostLink.</summary>
public static class HostProtocol
{
    /// <summary>The protocol this build speaks.</summary>
    public const int Number = 1;

    /// <summary>Where a daemon dials, relative to the server's address.</summary>
    public const string Path = "/ws/hosts/link";

    /// <summary>Largest text message in bytes: an image of 16 MiB in base64, and room for its envelope.</summary>
    public const int MaxMessageBytes = 24 << 20;

    /// <summary>Most channel bytes in one binary frame.</summary>
    public const int MaxChannelBytes = 64 << 10;

    /// <summary>Bytes a side may send on a new channel before it has been given credit.</summary>
    public const int InitialCreditBytes = 256 << 10;

    /// <summary>WebSocket close code of a link that a newer one of the same host replaced.</summary>
    public const int ReplacedCloseCode = 4001;
}
