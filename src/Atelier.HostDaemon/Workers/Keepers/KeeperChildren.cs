using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Atelier.HostDaemon.Workers.Keepers;

/// <summary>Collects keepers that this process started and that have ended, so that they do not stay as zombies.</summary>
/// <remarks>Keepers of an earlier daemon belong to init; nobody here waits for those.</remarks>
internal sealed partial class KeeperChildren : IDisposable
{
    private const int WithoutWaiting = 1;

    private readonly ConcurrentDictionary<int, bool> _started = new();
    private readonly PosixSignalRegistration _childEnded;

    public KeeperChildren() => _childEnded = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => Collect());

    /// <summary>A keeper to be collected when it ends.</summary>
    public void Add(int pid)
    {
        _started[pid] = true;
        Collect();   // it may have ended before we were told to look
    }

    public void Dispose() => _childEnded.Dispose();

    private void Collect()
    {
        foreach (var pid in _started.Keys)
        {
            if (WaitFor(pid, 0, WithoutWaiting) != 0)
            {
                _started.TryRemove(pid, out _);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitFor(int pid, nint status, int options);
}
