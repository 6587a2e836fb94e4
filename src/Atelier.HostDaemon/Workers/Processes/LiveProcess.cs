using System.Globalization;
using System.Text;

namespace Atelier.HostDaemon.Workers.Processes;

/// <summary>A process as the kernel describes it. Pid and start time together name it for as long as the machine runs.</summary>
/// <param name="Pid">Process id; used again by the kernel after the process has ended.</param>
/// <param name="StartTime">Start time in clock ticks since boot.</param>
/// <param name="Parent">Process id of its parent.</param>
/// <param name="Name">Its name, at most 15 bytes.</param>
/// <param name="IsGone">Whether it has ended and only waits to be collected.</param>
internal sealed record LiveProcess(int Pid, long StartTime, int Parent, string Name, bool IsGone)
{
    /// <summary>Looks at a process; null when there is none of that number.</summary>
    public static LiveProcess? Find(int pid)
    {
        try
        {
            return Read(pid, File.ReadAllText($"/proc/{pid}/stat", Encoding.Latin1));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether that very process is there.</summary>
    public static bool IsAlive(int pid, long startTime) =>
        Find(pid) is { IsGone: false } process && process.StartTime == startTime;

    /// <summary>Every process there is.</summary>
    public static IReadOnlyList<LiveProcess> All() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(Find)
            .OfType<LiveProcess>(),
    ];

    /// <summary>Whether its environment at its start held exactly this <c>NAME=value</c>.</summary>
    public bool WasStartedWith(ReadOnlySpan<byte> variable)
    {
        try
        {
            ReadOnlySpan<byte> environment = File.ReadAllBytes($"/proc/{Pid}/environ");
            foreach (var range in environment.Split((byte)0))
            {
                if (environment[range].SequenceEqual(variable))
                {
                    return true;
                }
            }
        }
        catch (Exception notOurs) when (notOurs is IOException or UnauthorizedAccessException)
        {
            // It ended, or belongs to somebody else.
        }

        return false;
    }

    /// <summary>Reads proc(5)'s stat; the name may hold spaces and brackets.</summary>
    /// <remarks><code>1234 (a ) name) S 1 1234 1234 34816 1234 4194304 … starttime is field 22 …</code></remarks>
    internal static LiveProcess? Read(int pid, string stat)
    {
        var open = stat.IndexOf('(', StringComparison.Ordinal);
        var close = stat.LastIndexOf(')');
        var fields = close > open && open >= 0 ? stat[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return fields.Length > 19
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var startTime)
                ? new LiveProcess(pid, startTime, parent, stat[(open + 1)..close], fields[0] is "Z" or "X")
                : null;
    }
}
