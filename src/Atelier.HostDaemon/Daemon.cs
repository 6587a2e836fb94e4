using Atelier.Git;
using Atelier.HostDaemon.AgentAdapters;
using Atelier.HostDaemon.AgentAdapters.Files;
using Atelier.HostDaemon.Files;
using Atelier.HostDaemon.Operations;
using Atelier.HostDaemon.Programs;
using Atelier.HostDaemon.Reviews;
using Atelier.HostDaemon.Screens;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Workers;
using Atelier.HostDaemon.Workers.Keepers;
using Atelier.HostDaemon.Worktrees;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon;

/// <summary>The host daemon: what it is made of, and its life from taking the keepers back to letting go of them.</summary>
internal sealed class Daemon : ILinkSource, IAsyncDisposable
{
    private static readonly TimeSpan s_endGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_lastAnswer = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _ending = new();
    private readonly TimeProvider _time;
    private readonly DataFolder _data;
    private readonly ILogger _agentLog;
    private readonly KeeperChildren _children = new();
    private readonly ScreenTurns _screenTurns = new();
    private readonly WorkerEnvironment _environment;
    private readonly OwnPrograms _programs;
    private readonly WorkerOwners _workers;
    private readonly AgentTypists _typists;
    private readonly AgentTextFiles _agentFiles;
    private readonly AgentFileSearch _agentSearch;
    private readonly LongOperations _operations;
    private readonly HostedRepositories _repositories;
    private readonly SampleRepository _sample;
    private readonly HostedWorktrees _worktrees;
    private readonly HostedReviews _reviews;
    private readonly PastedImages _images;
    private readonly LinkDialer _dialer;

    public Daemon(
        DaemonOptions options, IReadOnlyDictionary<string, string> environment, TimeProvider time, ILoggerFactory logs)
    {
        _time = time;
        _data = options.Data;
        _agentLog = logs.CreateLogger("Agents");
        var outbox = new LinkOutbox();
        _environment = new WorkerEnvironment(environment, UserAccount.Own());
        _programs = new OwnPrograms(options.Data);
        _workers = new WorkerOwners(new WorkerSurroundings(
            options.Data,
            new KeeperLauncher(options.Keeper, environment, _children),
            _environment,
            _programs,
            new Sandbox(options.Data, _environment),
            _screenTurns,
            outbox,
            time,
            logs.CreateLogger("Workers")));
        _typists = new AgentTypists(_workers, time);
        _agentFiles = new AgentTextFiles(new AgentTextMemory(options.Data, time));
        var git = new GitProgram(_environment.Plain);
        _agentSearch = new AgentFileSearch(git, _environment.Plain);
        _operations = new LongOperations(outbox, time, _ending.Token);
        _repositories = new HostedRepositories(options.Data, git);
        _sample = new SampleRepository(options.Data, git);
        _worktrees = new HostedWorktrees(options.Data, git, _environment, time);
        _reviews = new HostedReviews(git);
        _images = new PastedImages(options.Data);
        _dialer = new LinkDialer(options, this, outbox, time, logs.CreateLogger<LinkDialer>());
        WorkerPlaces.Prepare(options.Data);
    }

    /// <summary>Takes the keepers back and serves until it is told to end; keepers go on without it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        _workers.TakeBack();
        var upkeep = KeepLogsAsync(stop.Token);
        await _dialer.RunAsync(stop.Token);
        await upkeep;
    }

    /// <summary>Ends all workers of the data folder without serving: for a machine whose Atelier is taken down.</summary>
    public async Task EndWorkersAsync()
    {
        _workers.TakeBack();
        await _workers.EndAllAsync(s_endGrace);
    }

    public HostHello Hello() => new(
        HostProtocol.Number,
        [],
        Environment.MachineName,
        ProcessRecord.BuildVersion,
        Environment.ProcessId,
        ProcessIdentity.BootId,
        _workers.Inventory());

    public WorkerReport? Find(string workerId) => _workers.Find(workerId)?.Report;

    public AgentFollows FollowAgents(AgentBatchSender send) => new(_workers, _data, send, _time, _agentLog);

    public JsonRpcMethods Methods(RelayChannels channels, AgentFollows follows) => new JsonRpcMethods()
        .AnswerWorkers(_workers, channels)
        .AnswerAgents(_workers, follows, _typists, _agentFiles, _agentSearch, _data)
        .AnswerFiles(_images, _environment, _programs)
        .AnswerPrograms(new ProgramInstalls(_programs, _environment), _operations)
        .AnswerRepositories(_repositories, _sample, _operations)
        .AnswerWorktrees(_worktrees, _operations)
        .AnswerReviews(_reviews, _operations)
        .Answer(
            HostMethods.Shutdown,
            HostJson.Default.ShutdownRequest,
            HostJson.Default.Done,
            (request, _) => ShutDownAsync(request));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _typists.DisposeAsync();
        await _workers.DisposeAsync();
        _agentFiles.Dispose();
        _sample.Dispose();
        _children.Dispose();
        _screenTurns.Dispose();
    }

    private async Task KeepLogsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _workers.KeepLogsAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The daemon ends.
        }
    }

    private async Task<Done> ShutDownAsync(ShutdownRequest request)
    {
        if (request.EndWorkers)
        {
            await _workers.EndAllAsync(s_endGrace);
        }

        // Time for the answer to leave.
        _ = Task.Delay(s_lastAnswer, _time, CancellationToken.None).ContinueWith(_ => _ending.Cancel(), TaskScheduler.Default);
        return new Done();
    }
}
