using System.Globalization;

namespace Atelier.Protocol.Layout;

/// <summary>What tells a process from any other that ever had its id: its start time, within one boot of the machine.</summary>
public static class ProcessIdentity
{
    private const int StartTimeField = 22;

    /// <summary>The kernel's boot id.</summary>
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Start time of a process in clock ticks since boot (proc(5), field 22 of stat); null when there is no such process, or only its remains.</summary>
    /// <param name="pid">Its id.</param>
    /// <param name="evenEnded">Whether remains that wait for their parent count as well.</param>
    public static long? StartTime(int pid, bool evenEnded = false)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // "12 (name, which may hold blanks and brackets) S 1 …": fields count from after the last bracket.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var isZombie = fields[0] is "Z" or "X";
        return isZombie && !evenEnded ? null : long.Parse(fields[StartTimeField - 3], CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a recorded process is still there.</summary>
    /// <param name="pid">Its recorded id.</param>
    /// <param name="startTime">Its recorded start time.</param>
    /// <param name="bootId">The boot in which it was recorded.</param>
    public static bool IsAlive(int pid, long startTime, string bootId) =>
        string.Equals(bootId, BootId, StringComparison.Ordinal) && StartTime(pid) == startTime;
}
