using Atelier.Keeper;
using Atelier.Keeper.Launch;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

if (args is not [var given])
{
    KeeperLog.Write("Usage: Atelier.Keeper <worker folder>, and a launch line on standard input; see docs/protocols/keeper-link.md.");
    return 2;
}

var folder = Path.GetFullPath(given);
OwnProcess.SetApart();
try
{
    var (worker, listener) = KeeperStart.Start(folder, LaunchLine.Read());
    var ready = new KeeperReady(Environment.ProcessId, worker.Child.Pid, worker.Epoch);
    LaunchLine.Answer(new KeeperLaunchReply(ready, Problem: null));
    LaunchLine.LetGo(Path.Combine(folder, LogFiles.KeeperLog));
    new KeeperLoop(worker, listener).Run();
    return 0;
}
catch (LaunchException unstarted)
{
    LaunchLine.Answer(new KeeperLaunchReply(Ready: null, unstarted.Problem));
    return 1;
}
catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
{
    LaunchLine.Answer(new KeeperLaunchReply(Ready: null, new KeeperProblem("log-unusable", unreadable.Message)));
    return 1;
}
