using System.Runtime.InteropServices;

namespace Atelier.Keeper.Launch;

/// <summary>Errors of system calls, for a person.</summary>
internal static class Errno
{
    public static string Describe(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} (error {error})";
}
