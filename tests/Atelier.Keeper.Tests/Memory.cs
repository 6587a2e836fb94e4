namespace Atelier.Keeper.Tests;

internal static class Memory
{
    /// <summary>Memory that only this process has, in KiB.</summary>
    public static long PrivateKiB(int pid) => File.ReadLines($"/proc/{pid}/smaps_rollup")
        .Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
}
