using Atelier.Keeper.Json;
using Atelier.Keeper.Log;
using Atelier.Keeper.Native;
using Atelier.Keeper.Pty;
using Atelier.Keeper.Socket;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Launch;

/// <summary>From a launch line to a process that runs, a socket that listens and a keeper.json that says so.</summary>
internal static class KeeperStart
{
    public static (HeldWorker Worker, Listener Listener) Start(string folder, KeeperLaunch launch)
    {
        Check(launch);
        _ = Libc.MakeFolder(folder, 0b111_000_000);
        var output = LogWriter.Open(Path.Combine(folder, LogFiles.OutputFolder), launch.SegmentBytes);
        var error = launch.Kind == WorkerKind.Protocol
            ? LogWriter.Open(Path.Combine(folder, LogFiles.ErrorFolder), launch.SegmentBytes)
            : null;
        var epoch = Math.Max(launch.Epoch ?? 1, Math.Max(output.LastEpoch, error?.LastEpoch ?? 0) + 1);
        var listener = Listener.Open(launch.Socket);
        try
        {
            var child = Child.Start(launch);
            try
            {
                var worker = new HeldWorker(launch, child, output, error, epoch);
                WriteRecord(folder, launch, child, epoch);
                return (worker, listener);
            }
            catch
            {
                child.Signal(Linux.Kill, SignalTarget.Group);
                throw;
            }
        }
        catch
        {
            listener.Remove();
            throw;
        }
    }

    private static void Check(KeeperLaunch launch)
    {
        if (launch is not { WorkerId.Length: > 0, Socket.Length: > 0, Command.Count: > 0, Cwd.Length: > 0, Environment: not null })
        {
            throw new LaunchException("spawn", "The launch line needs workerId, socket, command, cwd and environment.");
        }

        if (launch.Kind == WorkerKind.Terminal && launch is not { Cols: >= 1 and <= 1000, Rows: >= 1 and <= 1000 })
        {
            throw new LaunchException("spawn", "A terminal's size is 1 to 1000 each way.");
        }
    }

    private static void WriteRecord(string folder, KeeperLaunch launch, Child child, int epoch)
    {
        var record = new KeeperRecord(
            KeeperProtocol.Number,
            launch.WorkerId,
            Libc.ProcessId(),
            ProcessIdentity.StartTime(Libc.ProcessId()) ?? 0,
            launch.Socket,
            child.Pid,
            child.StartTime,
            ProcessIdentity.BootId,
            epoch);
        var path = Path.Combine(folder, LogFiles.KeeperRecord);
        try
        {
            File.WriteAllBytes(path + ".tmp", MessageWriter.File(record));
            File.Move(path + ".tmp", path, overwrite: true);
        }
        catch (IOException unwritable)
        {
            throw new LaunchException("log-unusable", $"{path} cannot be written: {unwritable.Message}");
        }
    }
}
