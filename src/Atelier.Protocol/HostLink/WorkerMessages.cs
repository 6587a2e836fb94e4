using System.Text.Json.Serialization;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Protocol.HostLink;

/// <summary>First message of a daemon.</summary>
/// <param name="Protocol">Protocol number, 1.</param>
/// <param name="Abilities">What the daemon can do beyond the first version.</param>
/// <param name="HostName">The machine's name.</param>
/// <param name="Version">Hash of the daemon's build.</param>
/// <param name="Pid">The daemon's process id.</param>
/// <param name="BootId">The kernel's boot id.</param>
/// <param name="Workers">Every worker that has a folder on this machine.</param>
public sealed record HostHello(
    int Protocol,
    IReadOnlyList<string> Abilities,
    string HostName,
    string Version,
    int Pid,
    string BootId,
    IReadOnlyList<WorkerReport> Workers);

/// <summary>The server's answer to a hello.</summary>
/// <param name="Protocol">Protocol number, 1.</param>
/// <param name="Abilities">What the server can do beyond the first version.</param>
/// <param name="HostId">The host's id with the server.</param>
public sealed record HostWelcome(int Protocol, IReadOnlyList<string> Abilities, string HostId);

/// <summary>Whether a worker's process is there.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<WorkerRunState>))]
public enum WorkerRunState
{
    /// <summary>A keeper holds it.</summary>
    Running,

    /// <summary>It ended, and its exit is in the log.</summary>
    Exited,

    /// <summary>It is gone without a recorded exit: the keeper was killed or the machine rebooted.</summary>
    Lost,
}

/// <summary>What a daemon knows of one worker.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="State">Whether its process is there.</param>
/// <param name="Kind">Terminal or pipes.</param>
/// <param name="Epoch">Last epoch.</param>
/// <param name="End">End of the log in bytes.</param>
/// <param name="KeeperPid">The keeper; null when none runs.</param>
/// <param name="ChildPid">The process; null when it does not run.</param>
/// <param name="ExitCode">Exit code of an exited process; null when a signal ended it.</param>
/// <param name="Signal">Name of the signal that ended it, without SIG.</param>
/// <param name="Held">Why the keeper holds the program back.</param>
/// <param name="Title">Title the program gave its terminal.</param>
/// <param name="Activity">Activity as the detector sees it.</param>
public sealed record WorkerReport(
    string WorkerId,
    WorkerRunState State,
    WorkerKind Kind,
    int Epoch,
    long End,
    int? KeeperPid,
    int? ChildPid,
    int? ExitCode,
    string? Signal,
    HoldReason? Held,
    string? Title,
    ActivityState Activity);

/// <summary>What an agent in a terminal is doing.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<ActivityState>))]
public enum ActivityState
{
    /// <summary>Nobody can tell.</summary>
    Unknown,

    /// <summary>It waits for the next request.</summary>
    Idle,

    /// <summary>It works.</summary>
    Active,

    /// <summary>It asks a person something.</summary>
    Asking,
}

/// <summary>An agent's activity changed.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="State">What it does now.</param>
/// <param name="Offset">Log offset in bytes at which it was seen.</param>
public sealed record WorkerActivityNotice(string WorkerId, ActivityState State, long Offset);

/// <summary>A person typed at a worker; tells an echo from work.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Data">What was typed; base64 on the wire.</param>
public sealed record WorkerTypedNotice(string WorkerId, byte[] Data);

/// <summary>Starts a worker's process, as epoch <paramref name="Epoch"/>.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Epoch">Number of the epoch to begin; asking again for a running one is answered with what runs.</param>
/// <param name="Kind">Terminal or pipes.</param>
/// <param name="Command">Program and arguments; null for the user's login shell.</param>
/// <param name="Cwd">Working directory.</param>
/// <param name="Environment">Variables beside the filtered environment of the daemon; null removes one.</param>
/// <param name="Cols">Columns.</param>
/// <param name="Rows">Rows.</param>
/// <param name="LogLimitBytes">Bound of a terminal's log on disk.</param>
/// <param name="Sandbox">none or bubblewrap.</param>
/// <param name="DetectActivity">Whether to watch the screen for activity.</param>
/// <param name="AskingPatterns">Regular expressions that say the program is asking; tested on the screen's text.</param>
/// <param name="Divider">A line to write into the log before the program's output; null for none.</param>
/// <param name="InitialInput">Text to type once the program is ready for input; null for none.</param>
/// <param name="Within">A directory in which the working directory must lie, links resolved; null where it may be any.</param>
public sealed record StartWorkerRequest(
    string WorkerId,
    int Epoch,
    WorkerKind Kind,
    IReadOnlyList<string>? Command,
    string Cwd,
    IReadOnlyDictionary<string, string?> Environment,
    int Cols,
    int Rows,
    long LogLimitBytes,
    SandboxKind Sandbox,
    bool DetectActivity,
    IReadOnlyList<string> AskingPatterns,
    string? Divider,
    string? InitialInput,
    string? Within = null);

/// <summary>What a program is locked into.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<SandboxKind>))]
public enum SandboxKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>bubblewrap: its worktree and its own settings can be written, the rest of the machine only read.</summary>
    Bubblewrap,
}

/// <summary>Names a worker.</summary>
/// <param name="WorkerId">The worker.</param>
public sealed record WorkerRequest(string WorkerId);

/// <summary>Ends all processes of a worker.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="GraceMilliseconds">Time between TERM and KILL.</param>
public sealed record EndWorkerRequest(string WorkerId, int GraceMilliseconds = 2000);

/// <summary>What ending a worker took.</summary>
/// <param name="Ended">Number of processes that were ended.</param>
/// <param name="Left">Processes that could not be ended, in words.</param>
public sealed record EndWorkerReply(int Ended, IReadOnlyList<string> Left);

/// <summary>Where a worker's bytes can be read on the daemon's machine.</summary>
/// <param name="Socket">Path of a socket that speaks KeeperLink: the keeper's, or the daemon's own for an ended worker.</param>
/// <param name="Epoch">Last epoch.</param>
/// <param name="Live">Whether a process runs behind it.</param>
public sealed record AttachPoint(string Socket, int Epoch, bool Live);

/// <summary>A terminal's screen as VT text.</summary>
/// <param name="Offset">Log offset in bytes from which live output goes on.</param>
/// <param name="Epoch">Epoch of that offset.</param>
/// <param name="Cols">Columns the text is made for.</param>
/// <param name="Rows">Rows the text is made for.</param>
/// <param name="Data">Restores grid, scroll-back tail and modes in a fresh terminal.</param>
public sealed record ScreenSnapshot(long Offset, int Epoch, int Cols, int Rows, string Data);

/// <summary>Opens a tunnel to a worker's attach point.</summary>
/// <param name="Channel">Number chosen by the server, not in use.</param>
/// <param name="WorkerId">The worker.</param>
public sealed record OpenChannelRequest(int Channel, string WorkerId);

/// <summary>Ends a tunnel.</summary>
/// <param name="Channel">Its number.</param>
public sealed record CloseChannelRequest(int Channel);

/// <summary>An empty answer.</summary>
public sealed record Done;

/// <summary>A long operation has come so far.</summary>
/// <param name="OperationId">The operation.</param>
/// <param name="Phase">What it does now, in words.</param>
/// <param name="Completed">Steps done; null when it cannot be counted.</param>
/// <param name="Total">Steps in all; null when unknown.</param>
public sealed record ProgressNotice(string OperationId, string Phase, long? Completed, long? Total);

/// <summary>Names a long operation.</summary>
/// <param name="OperationId">The operation.</param>
public sealed record OperationRequest(string OperationId);

/// <summary>Ends the daemon.</summary>
/// <param name="EndWorkers">Whether all workers end with it.</param>
public sealed record ShutdownRequest(bool EndWorkers);
