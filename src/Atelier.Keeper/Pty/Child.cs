using Atelier.Keeper.Launch;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;

namespace Atelier.Keeper.Pty;

/// <summary>How the worker's process ended.</summary>
/// <param name="ExitCode">Its exit code; null when a signal ended it.</param>
/// <param name="Signal">Number of the signal that ended it; 0 for none.</param>
internal readonly record struct ChildExit(int? ExitCode, int Signal);

/// <summary>The worker's process and the ends of its terminal or pipes that are ours.</summary>
internal sealed unsafe class Child
{
    private Child(int pid, Terminal? terminal, int input, int output, int error)
    {
        Pid = pid;
        Terminal = terminal;
        Input = input;
        Output = output;
        ErrorOutput = error;
        StartTime = ProcessIdentity.StartTime(pid, evenEnded: true) ?? 0;
        Watch = (int)Libc.SystemCall(Linux.PidfdOpen, pid, 0);
    }

    public int Pid { get; }

    public long StartTime { get; }

    /// <summary>Null for a protocol program.</summary>
    public Terminal? Terminal { get; }

    /// <summary>Written to, to type.</summary>
    public int Input { get; private set; }

    public int Output { get; }

    /// <summary>A protocol program's standard error; -1 with a terminal.</summary>
    public int ErrorOutput { get; }

    /// <summary>Becomes readable when the process ends.</summary>
    public int Watch { get; }

    public ChildExit? Exit { get; private set; }

    public static Child Start(KeeperLaunch launch)
    {
        if (launch.Kind == WorkerKind.Terminal)
        {
            var terminal = Terminal.Open(launch.Cols, launch.Rows);
            return new Child(ChildSpawn.OnTerminal(launch, terminal.Path), terminal, terminal.Master, terminal.Master, -1);
        }

        var input = Pipe(ours: 1);
        var output = Pipe(ours: 0);
        var error = Pipe(ours: 0);
        var pid = ChildSpawn.OnPipes(launch, input.Theirs, output.Theirs, error.Theirs);
        _ = Libc.Close(input.Theirs);
        _ = Libc.Close(output.Theirs);
        _ = Libc.Close(error.Theirs);
        return new Child(pid, terminal: null, input.Ours, output.Ours, error.Ours);
    }

    /// <summary>Takes the ashes of every process that has ended: ours, and those that were left to us as their subreaper.</summary>
    public void Reap()
    {
        int status;
        int pid;
        while ((pid = Libc.Wait(-1, &status, Linux.NoHang)) > 0)
        {
            if (pid == Pid)
            {
                var signal = status & 0x7f;
                Exit = new ChildExit(signal == 0 ? (status >> 8) & 0xff : null, signal);
                Terminal?.LetGoOfSlave();
            }
        }
    }

    /// <summary>Sends a signal; nothing happens once the process has ended, since its number may be somebody else's.</summary>
    public void Signal(int signal, SignalTarget target)
    {
        if (Exit is not null)
        {
            return;
        }

        var group = target == SignalTarget.Foreground ? Terminal?.ForegroundGroup() ?? 0 : 0;
        _ = Libc.Kill(-(group > 1 ? group : Pid), signal);
    }

    /// <summary>Name of the program in the foreground; null when nobody can say.</summary>
    public string? ForegroundName()
    {
        var group = Terminal?.ForegroundGroup() ?? Pid;
        try
        {
            return group > 0 ? File.ReadAllText($"/proc/{group}/comm").TrimEnd('\n') : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void CloseInput()
    {
        if (Terminal is null && Input >= 0)
        {
            _ = Libc.Close(Input);
            Input = -1;
        }
    }

    private static (int Ours, int Theirs) Pipe(int ours)
    {
        var ends = stackalloc int[2];
        if (Libc.Pipe(ends, Linux.CloseOnExec) != 0)
        {
            throw LaunchException.Spawn("No pipe could be made", Libc.Error);
        }

        _ = Libc.Control(ends[ours], Linux.SetFlags, Linux.NonBlocking);
        return (ends[ours], ends[1 - ours]);
    }
}
