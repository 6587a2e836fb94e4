using Atelier.Protocol.KeeperLink;
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
        using var log = new WorkerLogReader(output);
        var index = log.ReadIndex();
        return index.LastExit is { } exit
            ? new LogSummary(
                index.LastEpoch,
                log.End,
                HasExited: true,
                exit.Second == 0 ? exit.First : null,
                exit.Second == 0 ? null : SignalNames.Of(exit.Second))
            : new LogSummary(index.LastEpoch, log.End, HasExited: false, null, null);
    }
}
