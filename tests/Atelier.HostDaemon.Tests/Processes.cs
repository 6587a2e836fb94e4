using System.Globalization;
using System.Runtime.InteropServices;
using Atelier.HostDaemon.Workers.Processes;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Tests;

/// <summary>Looks at real processes.</summary>
internal static partial class Processes
{
    public static bool IsAlive(int pid) => LiveProcess.Find(pid) is { IsGone: false };

    /// <summary>Keepers of a data folder, and everything below them.</summary>
    public static IReadOnlyList<int> Of(DataFolder data)
    {
        var all = LiveProcess.All();
        var found = all.Where(process => IsKeeperOf(process.Pid, data)).Select(process => process.Pid).ToHashSet();
        for (var before = -1; before != found.Count;)
        {
            before = found.Count;
            found.UnionWith(all.Where(process => found.Contains(process.Parent)).Select(process => process.Pid));
        }

        return [.. found];
    }

    public static void Kill(int pid) => Signal(pid, 9);

    public static void Signal(int pid, int signal) => _ = SendSignal(pid, signal);

    /// <summary>The number that a program printed into a file.</summary>
    public static async Task<int> PidIn(string file)
    {
        await TestKit.Patience.Until(
            () => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), $"a process id in {file}");
        return int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
    }

    private static bool IsKeeperOf(int pid, DataFolder data)
    {
        try
        {
            var command = File.ReadAllText($"/proc/{pid}/cmdline");
            return command.Contains("Atelier.Keeper", StringComparison.Ordinal) && command.Contains(data.Path, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
