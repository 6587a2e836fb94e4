using System.Runtime.InteropServices;

namespace Atelier.HostDaemon.Workers.Processes;

/// <summary>Sends signals to a process that was looked at before, and to no other that may have taken its number since.</summary>
internal static partial class ProcessSignal
{
    public const int Hangup = 1;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;

    // The numbers are the same on every architecture since Linux 5.1.
    private const nint PidfdSendSignal = 424;
    private const nint PidfdOpen = 434;
    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal; true when the process had it or is gone, false when it may not be sent.</summary>
    /// <param name="process">The process as it was seen.</param>
    /// <param name="signal">The signal's number.</param>
    /// <param name="isStillMeant">Looked at again once the process cannot be exchanged any more.</param>
    public static bool Send(LiveProcess process, int signal, Func<LiveProcess, bool> isStillMeant)
    {
        var handle = Syscall(PidfdOpen, process.Pid, 0, 0, 0);
        if (handle < 0)
        {
            return Marshal.GetLastPInvokeError() == NoSuchProcess;
        }

        try
        {
            // The handle stays with the process it was opened for. What /proc says now is about that one, or about nobody.
            return LiveProcess.Find(process.Pid) is not { IsGone: false } now
                || now.StartTime != process.StartTime
                || !isStillMeant(now)
                || Syscall(PidfdSendSignal, handle, signal, 0, 0) == 0
                || Marshal.GetLastPInvokeError() == NoSuchProcess;
        }
        finally
        {
            _ = Close((int)handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
