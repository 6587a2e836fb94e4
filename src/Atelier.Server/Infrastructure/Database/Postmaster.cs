using System.Globalization;
using System.Text;
using Atelier.Protocol.Layout;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>
/// The PostgreSQL process that runs on a data folder, as its <c>postmaster.pid</c> and the kernel describe it.
/// </summary>
/// <param name="Pid">The postmaster.</param>
/// <param name="StartTime">Tells it from a later process of the same id.</param>
/// <param name="SocketFolder">Where it listens.</param>
/// <param name="IsOurs">Whether a server of this product started it.</param>
internal sealed record Postmaster(int Pid, long StartTime, string SocketFolder, bool IsOurs)
{
    /// <summary>An argument that only we pass; it tells our processes from others on the same folder.</summary>
    public const string Mark = "cluster_name=atelier";

    public bool IsAlive => ProcessIdentity.StartTime(Pid) == StartTime;

    /// <summary>Null when nobody runs on the folder.</summary>
    public static Postmaster? Find(string dataFolder)
    {
        // Lines: pid, data folder, start time, port, socket folder, listening address, shared memory, status.
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(dataFolder, "postmaster.pid"));
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (lines.Length == 0
            || !int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            || ProcessIdentity.StartTime(pid) is not { } startTime)
        {
            return null;
        }

        var arguments = ArgumentsOf(pid);
        var isPostgresHere = arguments.Contains(dataFolder)
            || (arguments is [var program, ..] && Path.GetFileName(program) == "postgres");
        return isPostgresHere
            ? new Postmaster(pid, startTime, lines.Length > 4 ? lines[4] : "", arguments.Contains(Mark))
            : null;
    }

    private static string[] ArgumentsOf(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline")).Split('\0');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
