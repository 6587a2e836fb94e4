using Atelier.Keeper.Native;

namespace Atelier.Keeper.Pty;

/// <summary>Waits for the worker's process, and takes in the strays it leaves: the keeper is their subreaper.</summary>
internal sealed class ChildWatcher : IDisposable
{
    private const int OpenByPid = 434; // pidfd_open(2), the same number on all architectures
    private const int DoNotWait = 1;

    private readonly int _pid;

    public ChildWatcher(int pid)
    {
        _pid = pid;
        Descriptor = (int)LibC.SystemCall(OpenByPid, pid, 0);
    }

    /// <summary>Readable when the process has ended.</summary>
    public int Descriptor { get; }

    public bool HasEnded { get; private set; }

    /// <summary>Its exit code; null when a signal ended it.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Number of the signal that ended it.</summary>
    public int? Signal { get; private set; }

    /// <summary>Takes the exit status of every process that has ended.</summary>
    public void Reap()
    {
        while (LibC.WaitForChild(-1, out var status, DoNotWait) is var pid and > 0)
        {
            if (pid == _pid)
            {
                var signal = status & 0x7f;
                (HasEnded, ExitCode, Signal) = (true, signal == 0 ? (status >> 8) & 0xff : null, signal == 0 ? null : signal);
            }
        }
    }

    /// <summary>Name of a process; null when there is none.</summary>
    public static string? NameOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _ = LibC.Close(Descriptor);
}
