using System.Text;
using Atelier.Keeper.Launch;
using Atelier.Keeper.Native;

namespace Atelier.Keeper.Pty;

/// <summary>A pseudo-terminal, seen from its master.</summary>
/// <remarks>
/// The slave stays open here as long as the worker's process lives: a program may close its terminal and open it again, and until then the
/// master would only say "input/output error". Once the process has ended the slave is let go, and that error means that nobody holds the
/// terminal any more and everything printed has been read.
/// </remarks>
internal sealed unsafe class Terminal
{
    private int _slave = -1;

    private Terminal(int master, string path)
    {
        Master = master;
        Path = path;
    }

    public int Master { get; }

    public string Path { get; }

    public static Terminal Open(int cols, int rows)
    {
        var master = Libc.OpenTerminal(Linux.ReadWrite | Linux.NoControllingTerminal | Linux.CloseOnExec | Linux.NonBlocking);
        if (master < 0 || Libc.GrantTerminal(master) != 0 || Libc.UnlockTerminal(master) != 0)
        {
            throw LaunchException.Spawn("No terminal could be made", Libc.Error);
        }

        var name = stackalloc byte[128];
        if (Libc.TerminalName(master, name, 128) != 0)
        {
            throw LaunchException.Spawn("The terminal has no name", Libc.Error);
        }

        var length = 0;
        while (name[length] != 0)
        {
            length++;
        }

        var terminal = new Terminal(master, Encoding.UTF8.GetString(name, length));
        terminal._slave = Libc.Open(terminal.Path, Linux.ReadWrite | Linux.NoControllingTerminal | Linux.CloseOnExec, 0);
        if (terminal._slave < 0)
        {
            throw LaunchException.Spawn($"The terminal {terminal.Path} cannot be opened", Libc.Error);
        }

        terminal.SetSize(cols, rows);
        terminal.SetUtf8();
        return terminal;
    }

    public void SetSize(int cols, int rows)
    {
        var size = new Libc.WindowSize { Cols = (ushort)cols, Rows = (ushort)rows };
        _ = Libc.Device(Master, Linux.SetWindowSize, &size);
    }

    /// <summary>The process group that Ctrl-C would reach; 0 when there is none.</summary>
    public int ForegroundGroup() => Math.Max(0, Libc.ForegroundGroup(Master));

    public void LetGoOfSlave()
    {
        if (_slave >= 0)
        {
            _ = Libc.Close(_slave);
            _slave = -1;
        }
    }

    // So that erasing a character in the kernel's line editing takes all its bytes.
    private void SetUtf8()
    {
        var modes = stackalloc uint[64]; // struct termios: 60 bytes, its first word the input modes
        if (Libc.GetTerminalModes(_slave, modes) == 0)
        {
            modes[0] |= Linux.InputIsUtf8;
            _ = Libc.SetTerminalModes(_slave, 0, modes);
        }
    }
}
