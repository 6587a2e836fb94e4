using System.Runtime.InteropServices;

namespace Atelier.Server.Infrastructure.Processes;

/// <summary>Signals to processes that are not our children.</summary>
internal static partial class Signals
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    /// <summary>Asks a process to interrupt itself; false when it has gone.</summary>
    public static bool SendInterrupt(int pid) => Kill(pid, Interrupt) == 0;

    /// <summary>Asks a process to end, also one that was started with interrupts ignored (by a script, in the background); false when it has gone.</summary>
    public static bool SendTerminate(int pid) => Kill(pid, Terminate) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
