using System.Runtime.InteropServices;
using System.Text;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Pty;

/// <summary>A process on a pseudo-terminal of its own, which is its controlling terminal.</summary>
/// <remarks>
/// The child becomes a session leader and then opens the slave as its descriptor 0: on Linux that makes it the controlling terminal, so job control works.
/// </remarks>
internal sealed unsafe class PseudoTerminal : IWorkerIo
{
    private const uint Utf8Input = 0x4000;
    private const int TermiosBytes = 128;
    private readonly int _master;

    private PseudoTerminal(int master, int childPid) => (_master, ChildPid) = (master, childPid);

    public int Output => _master;

    public int Error => -1;

    public int Input => _master;

    public int ChildPid { get; }

    public static PseudoTerminal Start(KeeperLaunch launch)
    {
        var master = SpawnLibrary.OpenTerminal(
            LibC.ReadWrite | LibC.NoControllingTerminal | LibC.CloseOnExec | LibC.NonBlocking);
        var name = stackalloc byte[64];
        if (master < 0 || SpawnLibrary.Grant(master) != 0 || SpawnLibrary.Unlock(master) != 0
            || SpawnLibrary.Name(master, name, 64) != 0)
        {
            throw new KeeperProblemException(
                "spawn", $"No pseudo-terminal could be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }

        var slave = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        SetUtf8(master);
        SetSize(master, launch.Cols, launch.Rows);
        var childPid = ChildProcess.Start(launch, actions =>
        {
            SpawnLibrary.Must(SpawnLibrary.AddOpen((byte*)actions, 0, slave, LibC.ReadWrite, 0));
            SpawnLibrary.Must(SpawnLibrary.AddDuplicate((byte*)actions, 0, 1));
            SpawnLibrary.Must(SpawnLibrary.AddDuplicate((byte*)actions, 0, 2));
        });
        return new PseudoTerminal(master, childPid);
    }

    public void Resize(int cols, int rows) => SetSize(_master, cols, rows);

    public int GroupOf(SignalTarget target)
    {
        int group;
        return target == SignalTarget.Foreground
            && SpawnLibrary.IoControl(_master, SpawnLibrary.GetForegroundGroup, &group) == 0
            && group > 0
            ? group
            : ChildPid;
    }

    public void CloseInput()
    {
        // A terminal's input ends with a key, not by closing.
    }

    private static void SetSize(int master, int cols, int rows)
    {
        var size = stackalloc ushort[4] { (ushort)rows, (ushort)cols, 0, 0 };
        _ = SpawnLibrary.IoControl(master, SpawnLibrary.SetWindowSize, size);
    }

    /// <summary>Tells the line discipline that a character may have several bytes, so that erasing one takes all of them.</summary>
    private static void SetUtf8(int master)
    {
        var termios = stackalloc byte[TermiosBytes];
        if (SpawnLibrary.GetAttributes(master, termios) == 0)
        {
            *(uint*)termios |= Utf8Input;
            _ = SpawnLibrary.SetAttributes(master, 0, termios);
        }
    }
}
