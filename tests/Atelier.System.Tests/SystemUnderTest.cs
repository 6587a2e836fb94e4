using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Atelier.Client.Api;
using Atelier.Client.Workers;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;
using Atelier.Protocol.WorkerLog;
using Atelier.TestKit;
using Atelier.TestKit.Servers;

namespace Atelier.System.Tests;

/// <summary>A whole installation of real processes in a folder of its own: server, PostgreSQL, host daemon and keepers, each of which can be killed.</summary>
/// <remarks>Clients go through <see cref="Wire"/>, so that their connections can be cut as well. Everything is ended by process id when it is disposed.</remarks>
internal sealed class SystemUnderTest : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string[] _options;
    private readonly HttpClient _http;
    private ServerProcess? _server;

    private SystemUnderTest(string[] options)
    {
        _options = options;
#pragma warning disable RS0030 // a test's own client
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
#pragma warning restore RS0030
        Directory.CreateDirectory(_folder["data"]);
        Data = DataFolder.At(_folder["data"]);
    }

    public DataFolder Data { get; }

    /// <summary>What clients connect to; it leads to the server.</summary>
    public CuttableWire Wire { get; private set; } = null!; // set by StartAsync

    public ServerProcess Server => _server ?? throw new InvalidOperationException("The server was not started.");

    public ApiClient Api { get; private set; } = null!; // set by StartAsync

    public int DaemonPid => ProcessRecord.Find(Data, ProcessRecord.Daemon)?.Pid ?? throw new InvalidOperationException("There is no daemon.");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts everything; server and daemon are linked when this returns.</summary>
    /// <param name="options">More of the server's options: --Section:Name=value.</param>
    public static Task<SystemUnderTest> StartAsync(params string[] options) => At(options).StartAllAsync();

    /// <summary>A folder for a system that is started later, when something is to be there before.</summary>
    public static SystemUnderTest At(params string[] options) => new(options);

    /// <summary>Starts everything of a system that was only given a folder.</summary>
    public async Task<SystemUnderTest> StartAllAsync()
    {
        await StartServerAsync();
        Wire = new CuttableWire(Server.Address.Port);
        Api = new ApiClient(_http, Wire.Address, Server.Token);
        return this;
    }

    /// <summary>Starts the server where it was before, with other options from now on.</summary>
    public Task StartServerWithAsync(params string[] options)
    {
        _options = options;
        return StartServerAsync();
    }

    /// <summary>Starts the server where it was before.</summary>
    public async Task StartServerAsync()
    {
        var port = _server?.Address.Port ?? 0;
        _server = await ServerProcess.StartAsync(Data.Path, Cancel, ["--port", $"{port}", .. _options]);
        Assert.True(_server.Address.Port != 80, $"The server did not start:\n{_server.Said}");
    }

    public Task KillServerAsync() => Server.KillAsync();

    /// <summary>kill -9 of the daemon; the server starts another.</summary>
    public void KillDaemon() => Kill(DaemonPid);

    /// <summary>kill -9 of PostgreSQL; the server starts it again. Gone when this returns: its children answer for a moment longer.</summary>
    public async Task KillPostgresAsync()
    {
        var pid = Server.PostgresPid;
        Kill(pid);
        await Patience.Until(() => ProcessIdentity.StartTime(pid) is null, "PostgreSQL's end");
    }

    /// <summary>Waits until another PostgreSQL than this one runs.</summary>
    public Task PostgresOtherThan(int pid) => Patience.Until(() => PostgresPid() is { } other && other != pid, $"a PostgreSQL after {pid}");

    /// <summary>Process id of a PostgreSQL that runs; null while there is none.</summary>
    public int? PostgresPid()
    {
        try
        {
            return ProcessIdentity.StartTime(Server.PostgresPid) is null ? null : Server.PostgresPid;
        }
        catch (Exception starting) when (starting is IOException or InvalidOperationException or FormatException)
        {
            return null; // its file is being written
        }
    }

    /// <summary>kill -9 of the keeper of a worker; its program loses its terminal.</summary>
    public void KillKeeper(string workerId) => Kill(KeeperOf(workerId).KeeperPid);

    public KeeperRecord KeeperOf(string workerId) =>
        JsonSerializer.Deserialize(
            File.ReadAllBytes(Path.Combine(Data.Worker(workerId), LogFiles.KeeperRecord)), KeeperJson.Default.KeeperRecord)
        ?? throw new InvalidOperationException($"{workerId} has no keeper.");

    /// <summary>Waits until another daemon than this one runs.</summary>
    public Task DaemonOtherThan(int pid) => Patience.Until(
        () => ProcessRecord.Find(Data, ProcessRecord.Daemon) is { } daemon && daemon.Pid != pid, $"a daemon after {pid}");

    /// <summary>Waits until the database answers again.</summary>
    public Task Ready() => Patience.For(ReadyAsync(), "the server to be ready");

    /// <summary>A quick session in a folder of its own; asked again while the daemon's link is not there yet.</summary>
    public async Task<Session> CreateSessionAsync()
    {
        var folder = Directory.CreateDirectory(_folder[$"work-{Guid.NewGuid():N}"]).FullName;
        return await CreateSessionAsync(new CreateSession("quick", LocationPath: folder));
    }

    public async Task<Session> CreateSessionAsync(CreateSession request) =>
        (await AskAsync(HttpMethod.Post, "/api/sessions", request, ApiJson.Default.CreateSession, ApiJson.Default.SessionAnswer)).Session;

    /// <summary>A repository that is a directory of this machine; its id.</summary>
    public async Task<string> AddRepositoryAsync(string path)
    {
        var request = new AddRepository(path);
        var answer = await AskAsync(
            HttpMethod.Post, "/api/repositories", request, ApiJson.Default.AddRepository, ApiJson.Default.RepositoryAnswer);
        return answer.Repository.Id;
    }

    /// <summary>An agent program of the test's own; its id.</summary>
    public async Task<string> AddProgramAsync(string name, string? command, string? continues = null, string? acp = null)
    {
        var request = new SaveAgentProgram(name, command, continues, AcpCommand: acp);
        var answer = await AskAsync(
            HttpMethod.Post, "/api/agent-programs", request, ApiJson.Default.SaveAgentProgram, ApiJson.Default.AgentProgramAnswer);
        return answer.AgentProgram.Id;
    }

    public Task<Worker> CreateWorkerAsync(string sessionId, IReadOnlyList<string> command) =>
        CreateWorkerAsync(sessionId, new CreateWorker("terminal", Command: command));

    public async Task<Worker> CreateWorkerAsync(string sessionId, CreateWorker request)
    {
        var answer = await AskAsync(
            HttpMethod.Post, $"/api/sessions/{sessionId}/workers", request, ApiJson.Default.CreateWorker, ApiJson.Default.WorkerAnswer);
        return answer.Worker;
    }

    public Task RestartWorkerAsync(string sessionId, string workerId) =>
        Api.SendAsync(HttpMethod.Post, $"/api/sessions/{sessionId}/workers/{workerId}/restart", Cancel);

    public async Task<Session> SessionAsync(string sessionId) => ApiClient.Read(
        await Api.SendAsync(HttpMethod.Get, $"/api/sessions/{sessionId}", Cancel), ApiJson.Default.SessionAnswer).Session;

    public async Task DeleteSessionsAsync()
    {
        foreach (var session in await SessionsAsync())
        {
            await Api.SendAsync(HttpMethod.Delete, $"/api/sessions/{session.Id}", Cancel);
        }
    }

    public async Task<IReadOnlyList<Session>> SessionsAsync() => ApiClient.Read(
        await Api.SendAsync(HttpMethod.Get, "/api/sessions", Cancel), ApiJson.Default.SessionsAnswer).Sessions;

    public async Task<Worker> WorkerAsync(string sessionId, string workerId) =>
        (await SessionAsync(sessionId)).Workers.Single(worker => worker.Id == workerId);

    public async Task WorkerIs(string sessionId, string workerId, string status)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        for (var now = ""; now != status; now = (await WorkerAsync(sessionId, workerId)).Status)
        {
            Assert.False(limit.IsCancellationRequested, $"Waited for {workerId} to be {status}; it is {now}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    public WorkerAttachment Attach(string sessionId, string workerId, string client, bool all = true) => new(
        Api, sessionId, workerId, new WorkerAttachOptions(all ? 0 : null, Epoch: null, all, client), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        while (!await TryEndDaemonAndWorkersAsync())
        {
            // A daemon that the server had only just started wrote itself down after we looked.
            await Patience.Until(() => ProcessRecord.Find(Data, ProcessRecord.Daemon) is not null, "the record of the daemon that has the data folder");
        }

        if (Wire is not null)
        {
            await Wire.DisposeAsync();
        }

        _http.Dispose();
        if (Directory.Exists(Data.Runtime))
        {
            Directory.Delete(Data.Runtime, recursive: true);
        }

        _folder.Dispose();
    }

    private async Task<bool> TryEndDaemonAndWorkersAsync()
    {
        if (ProcessRecord.Find(Data, ProcessRecord.Daemon) is { } daemon)
        {
            Kill(daemon.Pid);
            await Patience.Until(() => !daemon.IsAlive, "the daemon's end");
        }

#pragma warning disable RS0030 // the tests' own adapter
        using var end = Process.Start(new ProcessStartInfo(
            Checkout.ProgramOf("Atelier.HostDaemon"), ["end-workers", "--data", Data.Path, "--server", "http://127.0.0.1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        }) ?? throw new InvalidOperationException("The daemon's program did not start.");
#pragma warning restore RS0030
        var said = Task.WhenAll(end.StandardOutput.ReadToEndAsync(CancellationToken.None), end.StandardError.ReadToEndAsync(CancellationToken.None));
        await Patience.For(end.WaitForExitAsync(CancellationToken.None), "all workers to end");
        var words = string.Join('\n', await said);
        Assert.True(end.ExitCode == 0 || words.Contains("has a host daemon already", StringComparison.Ordinal), words);
        return end.ExitCode == 0;
    }

    /// <summary>Asks, and asks again while the server or the daemon is only just coming.</summary>
    public async Task<TAnswer> AskAsync<TBody, TAnswer>(
        HttpMethod method,
        string path,
        TBody body,
        global::System.Text.Json.Serialization.Metadata.JsonTypeInfo<TBody> bodyType,
        global::System.Text.Json.Serialization.Metadata.JsonTypeInfo<TAnswer> answerType)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            try
            {
                return ApiClient.Read(await Api.SendAsync(method, path, body, bodyType, Cancel), answerType);
            }
            catch (ProblemException coming) when ((int)coming.Status == 503 && !limit.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
            }
            catch (ProblemException broken) when ((int)broken.Status >= 500)
            {
                throw new InvalidOperationException($"{method} {path}: {broken.Message}\n{Server.Said}", broken);
            }
        }
    }

    private async Task ReadyAsync()
    {
        while (true)
        {
            using var answer = await _http.GetAsync(new Uri(Server.Address, "/api/ready"), Cancel);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    /// <summary>Memory of a process that is its own or shared, in bytes, as the kernel counts it.</summary>
    public static long ResidentBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }
}
