namespace Atelier.Protocol.HostLink;

/// <summary>First byte of a binary frame on HostLink; the channel's number follows, big-endian, in four bytes (HL7).</summary>
public enum ChannelFrameType : byte
{
    /// <summary>Bytes of the tunnel.</summary>
    Data = 1,

    /// <summary>Bytes more that the peer may send, big-endian in four bytes.</summary>
    Credit = 2,

    /// <summary>The channel ends.</summary>
    End = 3,
}
