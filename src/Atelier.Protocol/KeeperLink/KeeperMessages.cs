using System.Text.Json.Serialization;

namespace Atelier.Protocol.KeeperLink;

/// <summary>Whether a worker's process has a terminal or three pipes.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<WorkerKind>))]
public enum WorkerKind
{
    /// <summary>A pseudo-terminal: one stream of output, a size, job control.</summary>
    Terminal,

    /// <summary>Standard input, output and error as pipes.</summary>
    Protocol,
}

/// <summary>Which log of a worker is read.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<WorkerOutput>))]
public enum WorkerOutput
{
    /// <summary>Terminal output, or standard output.</summary>
    Output,

    /// <summary>Standard error of a protocol program.</summary>
    Error,
}

/// <summary>How a reader wants to hear of output.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<AttachMode>))]
public enum AttachMode
{
    /// <summary>All bytes, in order.</summary>
    Bytes,

    /// <summary>Only how far the log has grown, at most twenty times a second.</summary>
    Progress,
}

/// <summary>First frame of a client.</summary>
/// <param name="Protocol">Protocol number, <see cref="KeeperProtocol.Number"/>.</param>
/// <param name="Abilities">What the client can do beyond the protocol's first version.</param>
/// <param name="Client">Who types on this connection; null for a reader.</param>
public sealed record ClientHello(int Protocol, IReadOnlyList<string> Abilities, string? Client);

/// <summary>First frame of a keeper.</summary>
/// <param name="Protocol">Protocol number.</param>
/// <param name="Abilities">What the keeper can do beyond the protocol's first version.</param>
/// <param name="WorkerId">The worker it holds.</param>
/// <param name="KeeperPid">The keeper's own process id.</param>
/// <param name="ChildPid">The worker's process id.</param>
/// <param name="ChildStartTime">Start time of that process in clock ticks since boot (proc(5), field 22).</param>
/// <param name="Epoch">The current epoch.</param>
/// <param name="Kind">Terminal or pipes.</param>
public sealed record KeeperHello(
    int Protocol,
    IReadOnlyList<string> Abilities,
    string WorkerId,
    int KeeperPid,
    int ChildPid,
    long ChildStartTime,
    int Epoch,
    WorkerKind Kind);

/// <summary>Asks for a stream from an offset.</summary>
/// <param name="Stream">Which log.</param>
/// <param name="From">Absolute offset in bytes; null for the oldest kept byte.</param>
/// <param name="Epoch">The epoch the reader believes that offset to be in; null when it does not care.</param>
/// <param name="Mode">Bytes or progress.</param>
public sealed record AttachRequest(WorkerOutput Stream, long? From, int? Epoch, AttachMode Mode);

/// <summary>Where an attached stream starts.</summary>
/// <param name="Offset">Absolute offset of the first byte that will come.</param>
/// <param name="Epoch">The epoch of that byte.</param>
/// <param name="End">End of the log now.</param>
/// <param name="Cols">Columns of the terminal at <paramref name="Offset"/>; 0 for pipes.</param>
/// <param name="Rows">Rows of the terminal at <paramref name="Offset"/>; 0 for pipes.</param>
/// <param name="InputAck">Last acknowledged input sequence of this client in the current epoch.</param>
public sealed record AttachedReply(long Offset, int Epoch, long End, int Cols, int Rows, long InputAck);

/// <summary>Bytes that are not there.</summary>
/// <param name="From">What was asked for.</param>
/// <param name="To">Where bytes go on; may lie before <paramref name="From"/>.</param>
public sealed record GapNotice(long From, long To);

/// <summary>A terminal size.</summary>
/// <param name="Cols">Columns, 1 to 1000.</param>
/// <param name="Rows">Rows, 1 to 1000.</param>
public sealed record ResizeRequest(int Cols, int Rows);

/// <summary>Whom a signal is for.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<SignalTarget>))]
public enum SignalTarget
{
    /// <summary>The terminal's foreground process group.</summary>
    Foreground,

    /// <summary>The process group of the worker's own process.</summary>
    Group,
}

/// <summary>A signal for the worker's processes.</summary>
/// <param name="Signal">Name without SIG: HUP, INT, QUIT, TERM, KILL, USR1, USR2, CONT, STOP, TSTP, WINCH.</param>
/// <param name="Target">Whom it is for.</param>
public sealed record SignalRequest(string Signal, SignalTarget Target);

/// <summary>The consumer has stored everything before an offset.</summary>
/// <param name="Offset">Absolute offset in bytes.</param>
public sealed record CommitRequest(long Offset);

/// <summary>Input was not taken.</summary>
/// <param name="Expected">The sequence number that would be taken.</param>
/// <param name="Reason">In words.</param>
public sealed record InputRefusedNotice(long Expected, string Reason);

/// <summary>The terminal has another size.</summary>
/// <param name="Offset">From this output byte on.</param>
/// <param name="Cols">Columns.</param>
/// <param name="Rows">Rows.</param>
public sealed record ResizedNotice(long Offset, int Cols, int Rows);

/// <summary>The process ended.</summary>
/// <param name="Offset">End of its output.</param>
/// <param name="ExitCode">Its exit code; null when a signal ended it, or nobody knows.</param>
/// <param name="Signal">Name of the signal that ended it, without SIG; else null.</param>
public sealed record ExitedNotice(long Offset, int? ExitCode, string? Signal);

/// <summary>A new process begins.</summary>
/// <param name="Offset">Where its output starts.</param>
/// <param name="Epoch">Its number.</param>
public sealed record EpochStartedNotice(long Offset, int Epoch);

/// <summary>Why a keeper has stopped reading its program.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<HoldReason>))]
public enum HoldReason
{
    /// <summary>The log cannot be written: no space left.</summary>
    DiskFull,

    /// <summary>The consumer of a protocol program has not committed for too many bytes.</summary>
    Unread,
}

/// <summary>The keeper stopped reading the program, or goes on.</summary>
/// <param name="Reason">Why; null when it goes on.</param>
public sealed record HeldNotice(HoldReason? Reason);

/// <summary>How the keeper stands.</summary>
/// <param name="Cols">Columns now.</param>
/// <param name="Rows">Rows now.</param>
/// <param name="End">End of the log.</param>
/// <param name="Committed">Committed offset of a protocol program.</param>
/// <param name="Held">Why the program is held back; null when it is not.</param>
/// <param name="Exited">Whether the process has ended.</param>
/// <param name="Foreground">Name of the program in the terminal's foreground; null when unknown.</param>
public sealed record KeeperState(
    int Cols, int Rows, long End, long Committed, HoldReason? Held, bool Exited, string? Foreground);

/// <summary>The connection is refused.</summary>
/// <param name="Reason">In words.</param>
public sealed record RefusedNotice(string Reason);

/// <summary>A request without fields.</summary>
public sealed record EmptyRequest;

/// <summary>Contents of keeper.json: who holds a worker.</summary>
/// <param name="Protocol">Protocol number of the keeper.</param>
/// <param name="WorkerId">The worker.</param>
/// <param name="KeeperPid">The keeper's process id.</param>
/// <param name="KeeperStartTime">Its start time in clock ticks since boot.</param>
/// <param name="Socket">Path of its socket.</param>
/// <param name="ChildPid">The worker's process id.</param>
/// <param name="ChildStartTime">Its start time in clock ticks since boot.</param>
/// <param name="BootId">The kernel's boot id; after a reboot nothing here is true any more.</param>
/// <param name="Epoch">The epoch this keeper started.</param>
public sealed record KeeperRecord(
    int Protocol,
    string WorkerId,
    int KeeperPid,
    long KeeperStartTime,
    string Socket,
    int ChildPid,
    long ChildStartTime,
    string BootId,
    int Epoch);

/// <summary>What a keeper is told on its standard input.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Socket">Where to listen; at most 107 bytes.</param>
/// <param name="Kind">Terminal or pipes.</param>
/// <param name="Command">Program and arguments; the program is looked up on the environment's PATH.</param>
/// <param name="Cwd">Working directory.</param>
/// <param name="Environment">The whole environment of the process.</param>
/// <param name="Cols">Columns at the start; ignored for pipes.</param>
/// <param name="Rows">Rows at the start; ignored for pipes.</param>
/// <param name="SegmentBytes">Size at which a segment is sealed.</param>
/// <param name="UnreadLimitBytes">For pipes: uncommitted bytes at which the program is held back.</param>
/// <param name="Preamble">Text written to the output log as the first bytes of the new epoch, before the program's own; null for none.</param>
/// <param name="Epoch">Number of the epoch to begin; the next one of the log when that is higher, or when this is null.</param>
public sealed record KeeperLaunch(
    string WorkerId,
    string Socket,
    WorkerKind Kind,
    IReadOnlyList<string> Command,
    string Cwd,
    IReadOnlyDictionary<string, string> Environment,
    int Cols,
    int Rows,
    long SegmentBytes = KeeperProtocol.DefaultSegmentBytes,
    long UnreadLimitBytes = KeeperProtocol.DefaultUnreadLimitBytes,
    string? Preamble = null,
    int? Epoch = null);

/// <summary>A keeper's one line of answer to its launch; exactly one of the two is set.</summary>
/// <param name="Ready">The process runs.</param>
/// <param name="Problem">It does not.</param>
public sealed record KeeperLaunchReply(KeeperReady? Ready, KeeperProblem? Problem);

/// <summary>The process runs and the socket listens.</summary>
/// <param name="KeeperPid">The keeper.</param>
/// <param name="ChildPid">The worker's process.</param>
/// <param name="Epoch">The epoch begun.</param>
public sealed record KeeperReady(int KeeperPid, int ChildPid, int Epoch);

/// <summary>Why a process could not be started.</summary>
/// <param name="Code">Stable: command-not-found, cwd-not-found, not-executable, log-in-use, log-unusable, socket-in-use, spawn.</param>
/// <param name="Message">For a person: what, where, what to do.</param>
public sealed record KeeperProblem(string Code, string Message);
