using Atelier.HostDaemon.AgentAdapters.Files;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Workers.Processes;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Workers;

/// <summary>One worker on this machine: starts its process through a keeper, follows it, ends all of it.</summary>
/// <remarks>
/// The keeper and its log hold the truth; this is what the daemon last saw of it, and can be rebuilt from the worker's folder at any moment.
/// Requests are taken one at a time; what the keeper says comes beside them. Bytes never pass through here.
/// </remarks>
internal sealed class WorkerOwner : IAsyncDisposable
{
    private static readonly TimeSpan s_keeperEnds = TimeSpan.FromSeconds(7);

    private readonly WorkerSurroundings _surroundings;
    private readonly WorkerPlaces _places;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposing = new();
    private WorkerReport _report;
    private KeeperFollower? _follower;
    private readonly TerminalLogUpkeep _upkeep;
    private WatchedTerminal? _terminal;
    private EndedWorkerSocket? _endedSocket;
    private long _boundedAt;

    public WorkerOwner(string workerId, WorkerSurroundings surroundings)
    {
        WorkerId = workerId;
        _surroundings = surroundings;
        _places = WorkerPlaces.Of(surroundings.Data, workerId);
        _upkeep = new TerminalLogUpkeep(_places.Folder);
        Record = WorkerRecord.Read(_places.Folder);
        _report = ReportFromLog();
    }

    public string WorkerId { get; }

    /// <summary>What it was last started with; null before it ever was.</summary>
    public WorkerRecord? Record { get; private set; }

    /// <summary>What is known of it now.</summary>
    public WorkerReport Report
    {
        get
        {
            lock (_gate)
            {
                return _report;
            }
        }
    }

    /// <summary>Whether a process of it was ever started here.</summary>
    public bool IsKnown => Report.Epoch > 0;

    /// <summary>Takes its keeper back after a restart of the daemon, if it has one.</summary>
    public void TakeBack()
    {
        if (_places.FindKeeper() is { } keeper)
        {
            Follow(keeper);
        }
    }

    /// <summary>Starts its process; one that runs, or an epoch that has been, is answered with what is.</summary>
    public Task<WorkerReport> StartAsync(StartWorkerRequest request) => InTurnAsync(async () =>
    {
        if (Report.State == WorkerRunState.Running || (IsKnown && request.Epoch <= Report.Epoch))
        {
            return Report;
        }

        var launch = await LaunchFor(request);
        _places.Prepare();
        await LetKeeperGoAsync();
        if (Report is { Epoch: > 0, State: WorkerRunState.Lost })
        {
            // Whatever outlived its keeper would work on unseen beside the new process.
            await WorkerProcesses.Of(WorkerId, _surroundings.Time)
                .EndAsync(keeper: null, TimeSpan.FromSeconds(1), _disposing.Token);
        }

        await ForgetTerminalAsync();
        await CloseEndedSocketAsync();
        Record = WorkerRecord.From(request, request.InitialInput);
        Record.Write(_places.Folder);
        var ready = await _surroundings.Launcher.LaunchAsync(_places.Folder, launch);
        WorkerLog.Started(_surroundings.Logger, WorkerId, ready.Epoch, ready.KeeperPid, ready.ChildPid);
        if (_places.FindKeeper() is { } keeper)
        {
            Follow(keeper);
        }
        else
        {
            Update(_ => ReportFromLog());   // a process as short as that
        }

        return Report;
    });

    /// <summary>Ends all its processes.</summary>
    public Task<EndWorkerReply> EndAsync(TimeSpan grace) => InTurnAsync(async () =>
    {
        var keeper = _places.FindKeeper() is { } record ? LiveProcess.Find(record.KeeperPid) : null;
        var reply = await WorkerProcesses.Of(WorkerId, _surroundings.Time).EndAsync(keeper, grace, _disposing.Token);
        await LetKeeperGoAsync();
        WorkerLog.Ended(_surroundings.Logger, WorkerId, reply.Ended, reply.Left.Count);
        return reply;
    });

    /// <summary>Forgets an ended worker and deletes its log.</summary>
    public Task RemoveAsync() => InTurnAsync(async () =>
    {
        if (Report.State == WorkerRunState.Running)
        {
            throw new JsonRpcException(LinkRefusals.InUse, $"The worker {WorkerId} still runs; end it first.");
        }

        await LetKeeperGoAsync();
        await ForgetTerminalAsync();
        await CloseEndedSocketAsync();
        if (Directory.Exists(_places.Folder))
        {
            Directory.Delete(_places.Folder, recursive: true);
        }

        File.Delete(_places.Socket);
        return true;
    });

    /// <summary>Its terminal.</summary>
    /// <exception cref="JsonRpcException">It has none, but pipes.</exception>
    public WatchedTerminal Terminal
    {
        get
        {
            lock (_gate)
            {
                return Report.Kind == WorkerKind.Terminal
                    ? _terminal ??= new WatchedTerminal(_places.Folder, Record, _surroundings, HearTitle, HearActivity)
                    : throw new JsonRpcException(LinkRefusals.Invalid, $"The worker {WorkerId} is no terminal and has no screen.");
            }
        }
    }

    /// <summary>Somebody typed at it.</summary>
    public void Typed(ReadOnlySpan<byte> bytes)
    {
        if (Report is { Kind: WorkerKind.Terminal, State: WorkerRunState.Running })
        {
            Terminal.Typed(bytes);
        }
    }

    /// <summary>Where its bytes can be read.</summary>
    public Task<AttachPoint> AttachPointAsync() => InTurnAsync(() =>
    {
        var report = Report;
        if (_follower is { Gone.IsCompleted: false })
        {
            // A keeper whose process has ended still serves, and goes when its readers have all of it.
            return Task.FromResult(new AttachPoint(_places.Socket, report.Epoch, report.State == WorkerRunState.Running));
        }

        _endedSocket ??= new EndedWorkerSocket(new EndedWorker(WorkerId, report.Kind, _places.Folder), _places.EndedSocket);
        return Task.FromResult(new AttachPoint(_places.EndedSocket, report.Epoch, Live: false));
    });

    /// <summary>Keeps its log within bounds.</summary>
    public async Task KeepLogAsync(CancellationToken cancellationToken)
    {
        if (Record is { Kind: WorkerKind.Terminal, LogLimitBytes: var limit })
        {
            await _upkeep.RunAsync(Report.End, limit, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        if (_follower is { } follower)
        {
            await follower.DisposeAsync();
        }

        await ForgetTerminalAsync();
        await CloseEndedSocketAsync();
        _upkeep.Dispose();
    }

    private async Task<KeeperLaunch> LaunchFor(StartWorkerRequest request)
    {
        if (!Path.IsPathFullyQualified(request.Cwd) || !Directory.Exists(request.Cwd))
        {
            throw new JsonRpcException("cwd-not-found", $"There is no directory {request.Cwd} on this machine.");
        }

        if (request.Within is { } folder && !ConfinedPath.IsWithin(RealPath.Of(folder), RealPath.Of(request.Cwd)))
        {
            throw new JsonRpcException(LinkRefusals.Outside, $"{request.Cwd} lies outside {folder}; commands run within it only.");
        }

        var environment = _surroundings.Environment;
        var variables = environment.For(WorkerId, request.Cwd, request.Environment);
        var command = request.Command is { Count: > 0 } given ? _surroundings.Programs.Resolve(BuildPrograms.Resolve(given)) : [environment.Shell, "-l"];
        if (request.Sandbox == SandboxKind.Bubblewrap)
        {
            command = await _surroundings.Sandbox.WrapAsync(command, request.Within ?? request.Cwd, request.Cwd, _disposing.Token);
        }

        return new KeeperLaunch(
            WorkerId,
            _places.Socket,
            request.Kind,
            command,
            request.Cwd,
            variables,
            request.Cols,
            request.Rows,
            Preamble: request is { Divider: { } divider, Kind: WorkerKind.Terminal } ? DividerText.For(divider) : null,
            Epoch: request.Epoch);
    }

    private void Follow(KeeperRecord keeper)
    {
        Update(report => report with
        {
            State = WorkerRunState.Running,
            Epoch = keeper.Epoch,
            KeeperPid = keeper.KeeperPid,
            ChildPid = keeper.ChildPid,
            ExitCode = null,
            Signal = null,
            Held = null,
            Kind = Record?.Kind ?? report.Kind,
        });
        _follower = new KeeperFollower(keeper, _surroundings, Hear, _disposing.Token);
        if (Record is { PendingInput: { } text, Kind: WorkerKind.Terminal } record && record.Epoch == keeper.Epoch)
        {
            _ = TypeInitialInputAsync(keeper, record, text);
        }
    }

    private async Task TypeInitialInputAsync(KeeperRecord keeper, WorkerRecord record, string text)
    {
        if (await InitialInput.TypeAsync(keeper, text, Terminal.TakesPastesAsync, _surroundings, _disposing.Token) && Record == record)
        {
            Record = record with { PendingInput = null };
            Record.Write(_places.Folder);
        }
    }

    // What is watched on a screen is decided when a process starts.
    private async Task ForgetTerminalAsync()
    {
        if (Interlocked.Exchange(ref _terminal, null) is { } terminal)
        {
            await terminal.DisposeAsync();
        }
    }

    // The rounds of upkeep are too far apart for a program that prints without end.
    private void KeepFloodBounded(long end)
    {
        if (Record is { LogLimitBytes: var limit } && end - _boundedAt > KeeperProtocol.DefaultSegmentBytes)
        {
            _boundedAt = end;
            _ = Task.Run(() => BoundAsync(limit), CancellationToken.None);
        }
    }

    private async Task BoundAsync(long limit)
    {
        try
        {
            await _upkeep.DropAsync(limit, _disposing.Token);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The next round tries again, and says so if it fails.
        }
    }

    private async Task CloseEndedSocketAsync()
    {
        if (Interlocked.Exchange(ref _endedSocket, null) is { } socket)
        {
            await socket.DisposeAsync();
        }
    }

    private void HearActivity(ActivityState activity)
    {
        WorkerReport report;
        lock (_gate)
        {
            report = _report = _report with { Activity = activity };
        }

        _surroundings.Outbox.ActivityChanged(new WorkerActivityNotice(WorkerId, activity, report.End));
    }

    private void HearTitle(string title) => Update(report => report with { Title = title.Length > 0 ? title : null });

    private void Hear(KeeperEvent heard)
    {
        if (heard is KeeperEvent.Grown { End: var end } && Report.Kind == WorkerKind.Terminal)
        {
            Terminal.Grown(end);
            KeepFloodBounded(end);
        }

        Update(report => After(report, heard));
    }

    private WorkerReport After(WorkerReport report, KeeperEvent heard) => heard switch
    {
        KeeperEvent.Grown grown => report with { End = grown.End },
        KeeperEvent.Held held => report with { Held = held.Reason },
        KeeperEvent.Exited { Notice: var exit } => report with
        {
            State = WorkerRunState.Exited,
            End = exit.Offset,
            ChildPid = null,
            ExitCode = exit.ExitCode,
            Signal = exit.Signal,
            Held = null,
        },
        KeeperEvent.Gone => ReportFromLog() with { Title = report.Title, Activity = ActivityState.Unknown },
        _ => report,
    };

    private WorkerReport ReportFromLog()
    {
        var log = LogSummary.Read(_places.Folder);
        return new WorkerReport(
            WorkerId,
            log.HasExited ? WorkerRunState.Exited : WorkerRunState.Lost,
            Record?.Kind ?? WorkerKind.Terminal,
            log.Epoch,
            log.End,
            KeeperPid: null,
            ChildPid: null,
            log.ExitCode,
            log.Signal,
            Held: null,
            Title: null,
            ActivityState.Unknown);
    }

    // A log that grows is no news; whoever wants its bytes is attached to it.
    private void Update(Func<WorkerReport, WorkerReport> change)
    {
        bool isNews;
        lock (_gate)
        {
            var before = _report;
            _report = change(before);
            isNews = _report != before with { End = _report.End };
        }

        if (isNews)
        {
            _surroundings.Outbox.WorkerChanged(WorkerId);
        }
    }

    // When its process has ended, a keeper writes that down, tells its readers and ends by itself.
    private async Task LetKeeperGoAsync()
    {
        if (_follower is not { } follower)
        {
            return;
        }

        if (await Task.WhenAny(follower.Gone, Task.Delay(s_keeperEnds, _surroundings.Time, _disposing.Token)) != follower.Gone
            && _places.FindKeeper() is { } stuck && LiveProcess.Find(stuck.KeeperPid) is { } keeper)
        {
            ProcessSignal.Send(keeper, ProcessSignal.Kill, _ => true);
        }

        await follower.Gone;
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work)
    {
        await _turn.WaitAsync(_disposing.Token);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }
}
