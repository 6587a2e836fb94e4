using System.Globalization;
using System.Runtime.InteropServices;
using Atelier.Client.AgentConsole;
using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Imports;

/// <summary>Processes that agent-console recorded and may have left behind on this machine.</summary>
internal static partial class OrphanProcesses
{
    private const int Terminate = 15;
    private const long TicksPerSecond = 100; // USER_HZ, the same on every Linux

    /// <summary>Ends what can be shown to be an orphan; gives what was done and what is only reported, a line each.</summary>
    public static IReadOnlyList<string> EndOrphans(AgentConsoleContents contents) =>
        [.. from session in contents.Sessions
            let isServerAlive = session.ServerPid is { } server && ProcessIdentity.StartTime(server) is not null
            from worker in session.Workers
            let line = worker.Pid is { } pid ? Handle(session, worker, pid, isServerAlive) : null
            where line is not null
            select line];

    private static string? Handle(AgentConsoleSession session, AgentConsoleWorker worker, int pid, bool isServerAlive)
    {
        switch (OrphanDecision.About(session, worker, FactsOf(pid), isServerAlive))
        {
            case OrphanDecision.End:
                _ = Kill(pid, Terminate);
                return $"ended the orphan process {pid} of {worker.Name} in {session.LocationPath}";
            case OrphanDecision.HandsOff:
                return $"left process {pid} of {worker.Name} alone: its server is running";
            case OrphanDecision.Report unclear:
                return $"left process {pid} alone, recorded for {worker.Name} in {session.LocationPath}: {unclear.Reason}";
            default:
                return null;
        }
    }

    private static ProcessFacts? FactsOf(int pid)
    {
        if (ProcessIdentity.StartTime(pid) is not { } ticks)
        {
            return null;
        }

        var booted = File.ReadLines("/proc/stat").First(line => line.StartsWith("btime ", StringComparison.Ordinal))[6..];
        var started = DateTimeOffset.FromUnixTimeSeconds(long.Parse(booted, CultureInfo.InvariantCulture)).AddSeconds((double)ticks / TicksPerSecond);
        try
        {
            return new ProcessFacts(started, File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: true)?.FullName);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new ProcessFacts(started, WorkingDirectory: null);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
