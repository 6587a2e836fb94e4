namespace Atelier.HostDaemon.Workers;

/// <summary>What is said of workers in the daemon's own log.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {WorkerId} started as epoch {Epoch}: keeper {KeeperPid}, process {ChildPid}")]
    public static partial void Started(ILogger logger, string workerId, int epoch, int keeperPid, int childPid);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {WorkerId} was ended: {Ended} processes, {Left} left")]
    public static partial void Ended(ILogger logger, string workerId, int ended, int left);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {WorkerId} is no longer held by keeper {KeeperPid}")]
    public static partial void KeeperGone(ILogger logger, string workerId, int keeperPid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {WorkerId}: keeper {KeeperPid} does not answer as described: {Reason}")]
    public static partial void KeeperUnheard(ILogger logger, string workerId, int keeperPid, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took back {Running} running workers of {Known}")]
    public static partial void TookBack(ILogger logger, int running, int known);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {WorkerId}: its log could not be compressed or shortened: {Reason}")]
    public static partial void LogNotKept(ILogger logger, string workerId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {WorkerId}: its first input could not be typed: {Reason}")]
    public static partial void InputNotTyped(ILogger logger, string workerId, string reason);
}
