using System.Globalization;

namespace Atelier.Scenarios.Keepers;

/// <summary>What the kernel says of a process.</summary>
internal static class Processes
{
    private const double TicksPerSecond = 100;

    /// <summary>Processor time used so far, in user and kernel (proc(5), fields 14 and 15 of stat).</summary>
    public static TimeSpan ProcessorTime(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
    }

    public static double MemoryMiB(int pid, string prefix) => File.ReadLines($"/proc/{pid}/smaps_rollup")
        .Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
        .Sum(line => Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])) / 1024;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
