using System.Globalization;
using System.Runtime.InteropServices;
using Atelier.Client.AgentConsole;
using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Imports;

/// <summary>Processes that agent-console recorded and may have left behind on this machine.</summary>
internal static partial class OrphanProcesses
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private const long TicksPerSecond = 100; // USER_HZ, the same on every Linux

    // A shell at a terminal does not heed being asked; it is ended when it had this long.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends what can be shown to be an orphan; gives what was done and what is only reported, a line each.</summary>
    public static async Task<IReadOnlyList<string>> EndOrphansAsync(AgentConsoleContents contents, TimeProvider time, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var session in contents.Sessions)
        {
            var isServerAlive = session.ServerPid is { } server && ProcessIdentity.StartTime(server) is not null;
            foreach (var worker in session.Workers)
            {
                if (worker.Pid is { } pid && await HandleAsync(session, worker, pid, isServerAlive, time, cancellationToken) is { } line)
                {
                    lines.Add(line);
                }
            }
        }

        return lines;
    }

    private static async Task<string?> HandleAsync(
        AgentConsoleSession session, AgentConsoleWorker worker, int pid, bool isServerAlive, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = ProcessIdentity.StartTime(pid);
        switch (OrphanDecision.About(session, worker, started is { } ticks ? FactsOf(pid, ticks) : null, isServerAlive))
        {
            case OrphanDecision.End:
                return await IsEndedAsync(pid, started, time, cancellationToken)
                    ? $"ended the orphan process {pid} of {worker.Name} in {session.LocationPath}"
                    : $"could not end the orphan process {pid} of {worker.Name} in {session.LocationPath}";
            case OrphanDecision.HandsOff:
                return $"left process {pid} of {worker.Name} alone: its server is running";
            case OrphanDecision.Report unclear:
                return $"left process {pid} alone, recorded for {worker.Name} in {session.LocationPath}: {unclear.Reason}";
            default:
                return null;
        }
    }

    /// <summary>Asks it to end, and ends it when it has not; never another process that has its id since.</summary>
    private static async Task<bool> IsEndedAsync(int pid, long? started, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { Terminate, Kill })
        {
            if (ProcessIdentity.StartTime(pid) == started)
            {
                _ = Send(pid, signal);
            }

            var asked = time.GetTimestamp();
            while (ProcessIdentity.StartTime(pid) == started && time.GetElapsedTime(asked) < s_grace)
            {
                await Task.Delay(s_lookAgain, time, cancellationToken);
            }
        }

        return ProcessIdentity.StartTime(pid) != started;
    }

    private static ProcessFacts FactsOf(int pid, long ticks)
    {
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
    private static partial int Send(int pid, int signal);
}
