using System.Text;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.Workers.Processes;

/// <summary>All processes of a worker, or of something else that has a marker: below its keeper, and wherever else the marker turns up.</summary>
/// <remarks>
/// Shells put jobs into process groups of their own, and programs leave orphans in sessions of their own; ending a process, or a group, is not
/// enough. The keeper collects orphans below itself, so the tree finds them while it lives; the marker finds them when it does not.
/// The keeper itself is never one of them: it has the last words to write.
/// </remarks>
/// <param name="marker">The variable in their environment, as <c>NAME=value</c>.</param>
/// <param name="time">For waiting.</param>
internal sealed class WorkerProcesses(string marker, TimeProvider time)
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_killLimit = TimeSpan.FromSeconds(3);

    private readonly byte[] _marker = Encoding.UTF8.GetBytes(marker);

    /// <summary>Those of a worker.</summary>
    public static WorkerProcesses Of(string workerId, TimeProvider time) => new($"{KeeperProtocol.WorkerMarker}={workerId}", time);

    /// <summary>What there is now.</summary>
    /// <param name="keeper">The keeper; null when there is none.</param>
    public IReadOnlyList<LiveProcess> Find(LiveProcess? keeper)
    {
        var all = LiveProcess.All();
        var below = Below(keeper, all);
        return
        [
            .. all.Where(process => !process.IsGone
                && process.Pid != keeper?.Pid
                && process.Pid != Environment.ProcessId
                && (below.Contains(process.Pid) || process.WasStartedWith(_marker))),
        ];
    }

    /// <summary>Asks all of them to end, and ends those that have not after the grace time.</summary>
    public async Task<EndWorkerReply> EndAsync(LiveProcess? keeper, TimeSpan grace, CancellationToken cancellationToken)
    {
        var met = new HashSet<(int, long)>();
        var refused = new Dictionary<(int Pid, long), LiveProcess>();
        var began = time.GetTimestamp();
        IReadOnlyList<LiveProcess> left;
        while ((left = Find(keeper)).Count > 0 && time.GetElapsedTime(began) < grace + s_killLimit)
        {
            var isKilling = time.GetElapsedTime(began) >= grace;
            foreach (var process in left)
            {
                var identity = (process.Pid, process.StartTime);
                var isNew = met.Add(identity);
                if ((isNew || isKilling) && !Signal(process, keeper, isKilling))
                {
                    refused[identity] = process;
                }
            }

            await Task.Delay(s_lookAgain, time, cancellationToken);
        }

        return new EndWorkerReply(
            met.Count - left.Count,
            [
                .. left.Select(process => refused.ContainsKey((process.Pid, process.StartTime))
                    ? $"process {process.Pid} ({process.Name}) belongs to another user"
                    : $"process {process.Pid} ({process.Name}) does not end"),
            ]);
    }

    // An interactive shell ignores TERM and heeds HUP, which is also what a closed terminal says; a stopped job hears neither until it goes on.
    private bool Signal(LiveProcess process, LiveProcess? keeper, bool isKilling)
    {
        int[] signals = isKilling
            ? [ProcessSignal.Kill]
            : [ProcessSignal.Terminate, ProcessSignal.Hangup, ProcessSignal.Continue];
        return signals.All(signal => ProcessSignal.Send(process, signal, now => IsOurs(now, keeper)));
    }

    private bool IsOurs(LiveProcess process, LiveProcess? keeper) =>
        process.WasStartedWith(_marker) || (keeper is not null && Below(keeper, LiveProcess.All()).Contains(process.Pid));

    private static HashSet<int> Below(LiveProcess? keeper, IReadOnlyList<LiveProcess> all)
    {
        var below = new HashSet<int>();
        if (keeper is null || !LiveProcess.IsAlive(keeper.Pid, keeper.StartTime))
        {
            return below;
        }

        var children = all.ToLookup(process => process.Parent, process => process.Pid);
        var open = new Stack<int>([keeper.Pid]);
        while (open.TryPop(out var parent))
        {
            foreach (var child in children[parent])
            {
                if (below.Add(child))
                {
                    open.Push(child);
                }
            }
        }

        return below;
    }
}
