using System.Runtime.InteropServices;
using Atelier.Keeper.Native;

namespace Atelier.Keeper.Launch;

/// <summary>Sets the keeper's own process apart from whoever started it.</summary>
internal static class OwnProcess
{
    private const nint Ignore = 1;

    /// <summary>A session of its own, deaf to what ends ordinary processes; it ends with its worker, or by SIGKILL.</summary>
    public static void SetApart()
    {
        // Fails when the starter has done it already.
        _ = Libc.NewSession();
        foreach (var signal in (ReadOnlySpan<int>)[Linux.Hup, Linux.Int, Linux.Term, Linux.Pipe, Linux.FileSize])
        {
            _ = Libc.Signal(signal, Ignore);
        }

        // Processes that outlive their parents below us come to us, and are not left as zombies. A signal that is ignored wakes nobody, so this
        // one gets a handler: a function of the C library that does nothing and may run at any time.
        _ = Libc.ProcessControl(Linux.SetSubreaper, 1);
        _ = Libc.Signal(Linux.Child, NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "getpid"));
    }
}
