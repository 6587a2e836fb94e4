namespace Atelier.Protocol.KeeperLink;

/// <summary>Numbers and limits of KeeperLink.</summary>
public static class KeeperProtocol
{
    /// <summary>The protocol this build speaks.</summary>
    public const int Number = 1;

    /// <summary>Ability of whoever answers for a worker whose process has ended: the log can be read, nothing can be typed.</summary>
    public const string EndedAbility = "ended";

    /// <summary>Ability of a keeper that takes input longer than a frame, in parts (KL12).</summary>
    public const string InputPartsAbility = "input-parts";

    /// <summary>Largest frame in bytes, its type included.</summary>
    public const int MaxFrameBytes = 1 << 20;

    /// <summary>Length and type, in bytes.</summary>
    public const int HeaderBytes = 5;

    /// <summary>Size at which a log segment is sealed, in bytes.</summary>
    public const long DefaultSegmentBytes = 8 << 20;

    /// <summary>Uncommitted bytes at which a protocol program is held back.</summary>
    public const long DefaultUnreadLimitBytes = 64 << 20;

    /// <summary>Input bytes that wait for a program before sockets are held back.</summary>
    public const int MaxWaitingInputBytes = 1 << 20;

    /// <summary>Longest input under one number, in bytes, where a keeper takes it in parts: as much as a message of HostLink.</summary>
    public const int MaxInputBytes = 24 << 20;

    /// <summary>Name of the environment variable that marks a worker's processes with its id.</summary>
    public const string WorkerMarker = "ATELIER_WORKER_ID";
}
