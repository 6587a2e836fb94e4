namespace Atelier.Client.AgentConsole;

/// <summary>What this machine says about a process id.</summary>
/// <param name="StartedAt">When the process that has it now started.</param>
/// <param name="WorkingDirectory">Where it works; null when this may not be seen.</param>
public sealed record ProcessFacts(DateTimeOffset StartedAt, string? WorkingDirectory);

/// <summary>What is to be done about a process that agent-console recorded.</summary>
public abstract record OrphanDecision
{
    /// <summary>A worker's process starts this close to the time its record was made.</summary>
    public static readonly TimeSpan StartTolerance = TimeSpan.FromSeconds(5);

    private OrphanDecision()
    {
    }

    /// <summary>There is no such process.</summary>
    public sealed record Gone : OrphanDecision;

    /// <summary>Its server is alive: it is nobody's orphan.</summary>
    public sealed record HandsOff : OrphanDecision;

    /// <summary>It is the recorded process, and nobody looks after it.</summary>
    public sealed record End : OrphanDecision;

    /// <summary>Something has that id, but it cannot be shown to be the recorded process.</summary>
    /// <param name="Reason">Why, in words.</param>
    public sealed record Report(string Reason) : OrphanDecision;

    /// <summary>Decides about one worker's process; a process id alone proves nothing, it may have been given out again.</summary>
    /// <param name="session">The session.</param>
    /// <param name="worker">Its worker.</param>
    /// <param name="process">What has the worker's process id now; null when nothing has.</param>
    /// <param name="isServerAlive">Whether the session's recorded server process exists.</param>
    public static OrphanDecision About(
        AgentConsoleSession session, AgentConsoleWorker worker, ProcessFacts? process, bool isServerAlive)
    {
        if (process is null)
        {
            return new Gone();
        }

        if (isServerAlive)
        {
            return new HandsOff();
        }

        if (session.ServerPid is null)
        {
            return new Report("the file does not say which server it belonged to");
        }

        if ((process.StartedAt - worker.CreatedAt).Duration() > StartTolerance)
        {
            return new Report($"it started at {process.StartedAt:u}, the worker was made at {worker.CreatedAt:u}");
        }

        return process.WorkingDirectory is { } directory && IsWithin(directory, session.LocationPath)
            ? new End()
            : new Report($"it does not work in {session.LocationPath}");
    }

    private static bool IsWithin(string directory, string folder)
    {
        var top = folder.TrimEnd('/');
        return string.Equals(directory, top, StringComparison.Ordinal)
            || directory.StartsWith(top + "/", StringComparison.Ordinal);
    }
}
