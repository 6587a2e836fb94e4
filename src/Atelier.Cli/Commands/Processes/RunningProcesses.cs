using System.Globalization;
using System.Text.Json;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Cli.Commands.Processes;

/// <summary>A process of ours.</summary>
/// <param name="Role">server, daemon, keeper, postgres or supervisor.</param>
/// <param name="Pid">Its process id.</param>
internal sealed record RunningProcess(string Role, int Pid);

/// <summary>What of a data folder's Atelier runs, as the machine tells it: true whether or not a server answers.</summary>
internal static class RunningProcesses
{
    public static IReadOnlyList<RunningProcess> Of(DataFolder data) =>
    [
        .. Recorded(data, ProcessRecord.Server),
        .. Recorded(data, ProcessRecord.Daemon),
        .. Keepers(data).Select(keeper => new RunningProcess("keeper", keeper.KeeperPid)),
        .. PostgresPid(data) is { } postgres ? [new RunningProcess("postgres", postgres)] : Array.Empty<RunningProcess>(),
    ];

    /// <summary>Keepers that are alive.</summary>
    public static IEnumerable<KeeperRecord> Keepers(DataFolder data)
    {
        if (!Directory.Exists(data.Workers))
        {
            yield break;
        }

        foreach (var worker in Directory.EnumerateDirectories(data.Workers))
        {
            if (Read(Path.Combine(worker, LogFiles.KeeperRecord)) is { } keeper
                && ProcessIdentity.IsAlive(keeper.KeeperPid, keeper.KeeperStartTime, keeper.BootId))
            {
                yield return keeper;
            }
        }
    }

    private static IEnumerable<RunningProcess> Recorded(DataFolder data, string role)
    {
        if (ProcessRecord.Find(data, role) is { } record)
        {
            yield return new RunningProcess(role, record.Pid);
        }
    }

    /// <summary>The private PostgreSQL, when it runs.</summary>
    /// <remarks>
    /// It writes its process id into the first line of postmaster.pid, which a kill leaves behind; whoever has that id now is it only if it was started
    /// with the data folder's path.
    /// </remarks>
    public static int? PostgresPid(DataFolder data)
    {
        try
        {
            var first = File.ReadLines(Path.Combine(data.Postgres, "postmaster.pid")).FirstOrDefault();
            return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && ProcessIdentity.StartTime(pid) is not null
                && File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Any(argument => argument.EndsWith(data.Postgres, StringComparison.Ordinal))
                    ? pid
                    : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null; // there is none, it ended this instant, or it belongs to somebody else
        }
    }

    private static KeeperRecord? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), KeeperJson.Default.KeeperRecord) : null;
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            return null;
        }
    }
}
