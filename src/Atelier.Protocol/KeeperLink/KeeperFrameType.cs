namespace Atelier.Protocol.KeeperLink;

/// <summary>The frame types of KeeperLink; see docs/protocols/keeper-link.md.</summary>
public enum KeeperFrameType : byte
{
    /// <summary>First frame of a client.</summary>
    ClientHello = 1,

    /// <summary>Asks for a stream from an offset.</summary>
    Attach = 2,

    /// <summary>Bytes to type, with their sequence number.</summary>
    Input = 3,

    /// <summary>A new terminal size.</summary>
    Resize = 4,

    /// <summary>A signal for the worker's processes.</summary>
    Signal = 5,

    /// <summary>The offset up to which the consumer has stored what it read.</summary>
    Commit = 6,

    /// <summary>Closes a protocol program's standard input.</summary>
    CloseInput = 7,

    /// <summary>Asks for a <see cref="State"/> frame.</summary>
    GetState = 8,

    /// <summary>A part of input that is longer than a frame; the <see cref="Input"/> of the same number is its last one.</summary>
    InputPart = 9,

    /// <summary>First frame of a keeper.</summary>
    KeeperHello = 128,

    /// <summary>Where an attached stream starts.</summary>
    Attached = 129,

    /// <summary>Output bytes at their offset.</summary>
    Output = 130,

    /// <summary>Bytes that are not there any more, or never were.</summary>
    Gap = 131,

    /// <summary>Input up to a sequence number has been taken by the program's terminal.</summary>
    InputAck = 132,

    /// <summary>Input was not taken; carries the sequence number that was expected.</summary>
    InputRefused = 133,

    /// <summary>The terminal has another size from this offset on.</summary>
    Resized = 134,

    /// <summary>The process ended at this offset.</summary>
    Exited = 135,

    /// <summary>How the keeper stands.</summary>
    State = 136,

    /// <summary>The log has grown to this offset.</summary>
    Progress = 137,

    /// <summary>A new process begins at this offset.</summary>
    EpochStarted = 138,

    /// <summary>The keeper has stopped reading the program, or goes on.</summary>
    Held = 139,

    /// <summary>The connection is refused and will be closed.</summary>
    Refused = 140,
}
