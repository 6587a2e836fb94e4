using System.Diagnostics;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;
using Atelier.TestKit;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests;

/// <summary>A machine of a test's own: a data folder, a server to dial, and a real daemon process with real keepers.</summary>
internal sealed class TestMachine : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<DaemonProcess> _daemons = [];
    private readonly string _unique = Guid.NewGuid().ToString("N")[..8];

    private TestMachine(TestHostLink server)
    {
        Server = server;
        Data = new DataFolder(_folder["data"]);
        Directory.CreateDirectory(Data.Path);
        File.WriteAllText(Data.HostKeyFile, TestHostLink.Key);
    }

    public TestHostLink Server { get; }

    public DataFolder Data { get; }

    public string Home => Directory.CreateDirectory(_folder["home"]).FullName;

    /// <summary>A worker id that no other test on this machine uses: processes are looked for by it.</summary>
    public string Id(string name) => $"wrk_{name}_{_unique}";

    public string Path(string name) => _folder[name];

    public static async Task<TestMachine> StartAsync() => new(await TestHostLink.StartAsync());

    /// <summary>Starts a daemon, and waits for its link.</summary>
    public async Task<TestLink> LinkAsync(params (string Name, string Value)[] environment)
    {
        StartDaemon(environment);
        return await Server.LinkAsync();
    }

    public DaemonProcess StartDaemon(params (string Name, string Value)[] environment)
    {
        var daemon = new DaemonProcess(Data, Server.Url, [("HOME", Home), .. environment]);
        _daemons.Add(daemon);
        return daemon;
    }

    /// <summary>kill -9 of every daemon that was started here.</summary>
    public void KillDaemons() => _daemons.ForEach(daemon => daemon.Kill());

    /// <summary>A terminal worker that runs a shell script.</summary>
    public StartWorkerRequest Shell(string workerId, string script, int epoch = 1) => new(
        workerId,
        epoch,
        WorkerKind.Terminal,
        ["/bin/sh", "-c", script],
        Home,
        new Dictionary<string, string?>(),
        Cols: 80,
        Rows: 24,
        LogLimitBytes: 64 << 20,
        SandboxKind.None,
        DetectActivity: false,
        [],
        Divider: null,
        InitialInput: null);

    /// <summary>All kept output of a worker.</summary>
    public string Output(string workerId) => string.Concat(
        new DirectoryInfo(System.IO.Path.Combine(Data.Worker(workerId), "output"))
            .EnumerateFiles("*.log").OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => File.ReadAllText(file.FullName)));

    public Task OutputHas(string workerId, string text) => Patience.Until(
        () => Directory.Exists(System.IO.Path.Combine(Data.Worker(workerId), "output")) && Output(workerId).Contains(text, StringComparison.Ordinal),
        $"'{text}' in the output of {workerId}");

    public async ValueTask DisposeAsync()
    {
        KillDaemons();
        foreach (var stray in Processes.Of(Data))
        {
            Processes.Kill(stray);
        }

        await Server.DisposeAsync();
        if (Directory.Exists(Data.Runtime))
        {
            Directory.Delete(Data.Runtime, recursive: true);
        }

        _folder.Dispose();
    }
}

/// <summary>A daemon as the server starts it: a process of its own.</summary>
internal sealed class DaemonProcess
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    public DaemonProcess(DataFolder data, string server, IReadOnlyList<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(Program, ["--data", data.Path, "--server", server])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

#pragma warning disable RS0030 // tests start the process under test
        _process = Process.Start(start) ?? throw new InvalidOperationException("The daemon did not start.");
#pragma warning restore RS0030
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public static string Program { get; } = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../Atelier.HostDaemon/debug/Atelier.HostDaemon"));

    public int Pid => _process.Id;

    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
    }

    public void Terminate() => Processes.Signal(Pid, 15);

    /// <summary>Waits for its end; exit code, and what it said.</summary>
    public async Task<(int Code, string Output, string Error)> EndAsync()
    {
        await Patience.For(_process.WaitForExitAsync(), "the daemon's end");
        return (_process.ExitCode, await _output, await _error);
    }
}
