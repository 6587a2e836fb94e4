using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Atelier.Cli.Attaching;

/// <summary>Puts our own terminal into raw mode: every key goes to the worker, also Ctrl-C; and back.</summary>
internal sealed unsafe partial class RawTerminal : IDisposable
{
    private const int StandardInput = 0;
    private const int AfterOutput = 1;
    private const int TermiosBytes = 128;

    private readonly byte[] _before = new byte[TermiosBytes];

    public RawTerminal()
    {
        fixed (byte* before = _before)
        {
            if (GetAttributes(StandardInput, before) != 0)
            {
                throw new CliProblemException("Attaching needs a terminal. For output alone: atelier logs WORKER --follow");
            }

            var raw = stackalloc byte[TermiosBytes];
            _before.CopyTo(new Span<byte>(raw, TermiosBytes));
            MakeRaw(raw);
            _ = SetAttributes(StandardInput, AfterOutput, raw);
        }
    }

    /// <summary>The keys as they are pressed. The console's own stream would give whole lines, edit and echo them itself, and end us with Ctrl-C.</summary>
    public static Stream OpenKeys() =>
        new FileStream(new SafeFileHandle(StandardInput, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    public void Dispose()
    {
        fixed (byte* before = _before)
        {
            _ = SetAttributes(StandardInput, AfterOutput, before);
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, byte* termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int when, byte* termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte* termios);
}
