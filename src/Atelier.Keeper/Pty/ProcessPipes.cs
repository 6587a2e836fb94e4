using System.Runtime.InteropServices;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Pty;

/// <summary>A process with three pipes: a protocol program.</summary>
internal sealed unsafe class ProcessPipes : IWorkerIo
{
    private const int SetFlags = 4;

    private ProcessPipes(int input, int output, int error, int childPid) =>
        (Input, Output, Error, ChildPid) = (input, output, error, childPid);

    public int Input { get; private set; }

    public int Output { get; }

    public int Error { get; }

    public int ChildPid { get; }

    public static ProcessPipes Start(KeeperLaunch launch)
    {
        var input = Pipe();
        var output = Pipe();
        var error = Pipe();
        var childPid = ChildProcess.Start(launch, actions =>
        {
            SpawnLibrary.Must(SpawnLibrary.AddDuplicate((byte*)actions, input.Read, 0));
            SpawnLibrary.Must(SpawnLibrary.AddDuplicate((byte*)actions, output.Write, 1));
            SpawnLibrary.Must(SpawnLibrary.AddDuplicate((byte*)actions, error.Write, 2));
        });
        _ = LibC.Close(input.Read);
        _ = LibC.Close(output.Write);
        _ = LibC.Close(error.Write);
        foreach (var end in new[] { input.Write, output.Read, error.Read })
        {
            _ = LibC.Control(end, SetFlags, LibC.NonBlocking);
        }

        return new ProcessPipes(input.Write, output.Read, error.Read, childPid);
    }

    public void Resize(int cols, int rows)
    {
        // Pipes have no size.
    }

    public int GroupOf(SignalTarget target) => ChildPid;

    public void CloseInput()
    {
        if (Input >= 0)
        {
            _ = LibC.Close(Input);
            Input = -1;
        }
    }

    private static (int Read, int Write) Pipe()
    {
        var ends = stackalloc int[2];
        return LibC.Pipe(ends, LibC.CloseOnExec) == 0
            ? (ends[0], ends[1])
            : throw new KeeperProblemException(
                "spawn", $"No pipe could be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }
}
