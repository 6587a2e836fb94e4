using System.Text;
using System.Text.Json;
using Atelier.Keeper.Log;
using Atelier.Keeper.Native;
using Atelier.Keeper.Pty;
using Atelier.Keeper.Socket;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper;

/// <summary>From the launch to a keeper that serves: claims the worker's folder, opens its log, starts the process, says so, lets go of its starter.</summary>
internal static unsafe class KeeperStart
{
    private const int ExclusiveNow = 2 | 4;
    private const int SetSubreaper = 36;
    private const int HangUp = 1;
    private const int Interrupt = 2;
    private const int Quit = 3;
    private const int Terminate = 15;
    private const nint Ignore = 1;

    /// <summary>Runs a keeper until it is done.</summary>
    public static void Run(string folder, KeeperLaunch launch, TimeProvider time)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Claim(folder);
        OutliveSignals();

        var output = KeeperLog.Open(Path.Combine(folder, LogFiles.OutputFolder), launch.SegmentBytes, time);
        var error = launch.Kind == WorkerKind.Protocol
            ? KeeperLog.Open(Path.Combine(folder, LogFiles.ErrorFolder), launch.SegmentBytes, time)
            : null;
        var listening = ListeningSocket.Open(launch.Socket);
        IWorkerIo io = launch.Kind == WorkerKind.Terminal ? PseudoTerminal.Start(launch) : ProcessPipes.Start(launch);
        var epoch = BeginEpoch(output, launch);
        error?.Record(LogIndexKind.Epoch, epoch, 0);

        var hello = new KeeperHello(
            KeeperProtocol.Number,
            Abilities: [],
            launch.WorkerId,
            Environment.ProcessId,
            io.ChildPid,
            ProcessIdentity.StartTime(io.ChildPid) ?? 0,
            epoch,
            launch.Kind);
        var record = Path.Combine(folder, LogFiles.KeeperRecord);
        Describe(record, hello, launch.Socket);
        Answer(new KeeperLaunchReply(new KeeperReady(Environment.ProcessId, io.ChildPid, epoch), Problem: null));
        LetGo(folder);

        using (var keeper = new WorkerKeeper(launch, io, listening, output, error, hello, time))
        {
            keeper.Run();
        }

        File.Delete(record);
    }

    /// <summary>Gives the one line of answer.</summary>
    public static void Answer(KeeperLaunchReply reply)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(reply, KeeperJson.Default.KeeperLaunchReply));
        Console.Out.Flush();
    }

    /// <summary>One keeper per worker: the lock lasts as long as the process.</summary>
    private static void Claim(string folder)
    {
        var path = Path.Combine(folder, "keeper.lock");
        var file = LibC.Open(path, LibC.ReadWrite | LibC.Create | LibC.CloseOnExec, 0x180);
        if (file < 0 || LibC.FileLock(file, ExclusiveNow) != 0)
        {
            throw new KeeperProblemException("log-in-use", $"Another keeper holds {folder}.");
        }
    }

    private static void OutliveSignals()
    {
        foreach (var signal in new[] { HangUp, Interrupt, Quit, Terminate })
        {
            LibC.Signal(signal, Ignore);
        }

        _ = LibC.ProcessControl(SetSubreaper, 1, 0, 0, 0);
    }

    private static int BeginEpoch(KeeperLog output, KeeperLaunch launch)
    {
        var epoch = Math.Max(output.Index.LastEpoch + 1, launch.Epoch ?? 1);
        output.Record(LogIndexKind.Epoch, epoch, 0);
        if (launch.Kind == WorkerKind.Terminal)
        {
            output.Record(LogIndexKind.Resize, launch.Cols, launch.Rows);
        }

        if (launch.Preamble is { Length: > 0 } preamble)
        {
            var bytes = Encoding.UTF8.GetBytes(preamble);
            fixed (byte* start = bytes)
            {
                _ = output.Append(start, bytes.Length);
            }
        }

        return epoch;
    }

    private static void Describe(string path, KeeperHello hello, string socket)
    {
        var record = new KeeperRecord(
            KeeperProtocol.Number,
            hello.WorkerId,
            hello.KeeperPid,
            ProcessIdentity.StartTime(hello.KeeperPid) ?? 0,
            socket,
            hello.ChildPid,
            hello.ChildStartTime,
            ProcessIdentity.BootId,
            hello.Epoch);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(record, KeeperJson.Default.KeeperRecord));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Whoever started the keeper may go: its pipes are closed, and complaints go to a file.</summary>
    private static void LetGo(string folder)
    {
        var nothing = LibC.Open("/dev/null", LibC.ReadWrite | LibC.CloseOnExec, 0);
        var complaints = LibC.Open(
            Path.Combine(folder, "keeper.log"), LibC.WriteOnly | LibC.Create | LibC.Append | LibC.CloseOnExec, 0x180);
        _ = LibC.Duplicate(nothing, 0);
        _ = LibC.Duplicate(nothing, 1);
        _ = LibC.Duplicate(complaints, 2);
        _ = LibC.Close(nothing);
        _ = LibC.Close(complaints);
    }
}
