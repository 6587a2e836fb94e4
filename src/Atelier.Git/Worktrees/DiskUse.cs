using System.ComponentModel;
using System.Globalization;
using Atelier.Git.Processes;

namespace Atelier.Git.Worktrees;

/// <summary>Counts the disk that a directory's files take, links counted once.</summary>
public static class DiskUse
{
    /// <summary>Bytes on disk; null when counting takes longer than asked for.</summary>
    public static async Task<long?> CountAsync(string path, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(limit);
        try
        {
            var counted = await ChildProcess.RunAsync(
                new ChildCommand("du", ["--summarize", "--one-file-system", "--block-size=1", "--", path], "/"), stop.Token);

            // An unreadable folder makes du complain and still print its sum.
            var sum = counted.Text.Split('\t')[0];
            return long.TryParse(sum, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
