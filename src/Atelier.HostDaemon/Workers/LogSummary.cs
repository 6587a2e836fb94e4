using System.Globalization;
using Atelier.Protocol.WorkerLog;

namespace Atelier.HostDaemon.Workers;

/// <summary>What a worker's log says of it without being read: its last epoch, how that ended, and how long it is.</summary>
/// <param name="Epoch">Last epoch; 0 when none has begun.</param>
/// <param name="End">End of the log in bytes.</param>
/// <param name="HasExited">Whether the last epoch's exit is recorded.</param>
/// <param name="ExitCode">Its exit code; null when a signal ended it.</param>
/// <param name="Signal">The signal's name without SIG; null when none did.</param>
internal sealed record LogSummary(int Epoch, long End, bool HasExited, int? ExitCode, string? Signal)
{
    /// <summary>Reads the index and the names of the segments of a worker's output.</summary>
    public static LogSummary Read(string workerFolder)
    {
        var output = Path.Combine(workerFolder, LogFiles.OutputFolder);
        var index = LogIndex.Read(output);
        var newest = LogFiles.Segments(output) is [.., var last] ? last : null;
        var end = newest is null ? 0 : newest.Start + newest.DiskBytes;
        return index.LastExit is { } exit
            ? new LogSummary(
                index.LastEpoch,
                end,
                HasExited: true,
                exit.Second == 0 ? exit.First : null,
                exit.Second == 0 ? null : NameOf(exit.Second))
            : new LogSummary(index.LastEpoch, end, HasExited: false, null, null);
    }

    private static string NameOf(int signal) => signal switch
    {
        1 => "HUP",
        2 => "INT",
        3 => "QUIT",
        4 => "ILL",
        5 => "TRAP",
        6 => "ABRT",
        7 => "BUS",
        8 => "FPE",
        9 => "KILL",
        10 => "USR1",
        11 => "SEGV",
        12 => "USR2",
        13 => "PIPE",
        14 => "ALRM",
        15 => "TERM",
        24 => "XCPU",
        25 => "XFSZ",
        31 => "SYS",
        _ => signal.ToString(CultureInfo.InvariantCulture),
    };
}
