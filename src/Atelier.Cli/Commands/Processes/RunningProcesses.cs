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
        .. Postgres(data),
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

    /// <summary>PostgreSQL writes its process id into the first line of postmaster.pid.</summary>
    private static IEnumerable<RunningProcess> Postgres(DataFolder data)
    {
        var file = Path.Combine(data.Postgres, "postmaster.pid");
        string? first;
        try
        {
            first = File.Exists(file) ? File.ReadLines(file).FirstOrDefault() : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            yield break; // it ended this instant, or belongs to somebody else
        }

        if (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && ProcessIdentity.StartTime(pid) is not null)
        {
            yield return new RunningProcess("postgres", pid);
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
