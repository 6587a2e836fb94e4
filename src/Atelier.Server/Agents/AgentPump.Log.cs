namespace Atelier.Server.Agents;

internal sealed partial class AgentPump
{
    [LoggerMessage(LogLevel.Information, "Agent {Agent}: instance {Instance} is followed from {Offset}; {Commands} commands are sent again, {Turns} turns are in flight")]
    private static partial void LogFollowed(ILogger logger, string agent, string instance, long offset, int commands, int turns);

    [LoggerMessage(LogLevel.Warning, "Turn {Turn} of agent {Agent} is stale: {Reason}")]
    private static partial void LogStale(ILogger logger, string turn, string agent, string reason);

    [LoggerMessage(LogLevel.Warning, "Agent {Agent}: command {Sequence} was not taken: {Reason}")]
    private static partial void LogNotSaid(ILogger logger, string agent, long sequence, string reason);

    [LoggerMessage(LogLevel.Warning, "Agent {Agent} waits: {Reason}")]
    private static partial void LogWaits(ILogger logger, string agent, string reason);

    [LoggerMessage(LogLevel.Error, "Agent {Agent}: what the program said from {Offset} on cannot be kept as it is")]
    public static partial void LogUnkept(ILogger logger, string agent, long offset, Exception unkept);

    [LoggerMessage(LogLevel.Error, "Agent {Agent}: a step broke")]
    private static partial void LogBroke(ILogger logger, string agent, Exception broken);
}
