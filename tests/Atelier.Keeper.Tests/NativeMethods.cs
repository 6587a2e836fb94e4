using System.Runtime.InteropServices;

namespace Atelier.Keeper.Tests;

internal static class NativeMethods
{
    [DllImport("libc", EntryPoint = "kill")]
    public static extern int Kill(int pid, int signal);
}
