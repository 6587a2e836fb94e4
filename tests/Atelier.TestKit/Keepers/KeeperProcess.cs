using System.Diagnostics;
using System.Text.Json;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.TestKit.Keepers;

/// <summary>A real keeper with a real program, started as a daemon would start it; killed with the test.</summary>
public sealed class KeeperProcess : IAsyncDisposable
{
    private readonly Process _process;

    private KeeperProcess(Process process, string folder, KeeperLaunch launch, KeeperReady ready)
    {
        _process = process;
        Folder = folder;
        Launch = launch;
        Ready = ready;
    }

    /// <summary>The keeper's program; <c>ATELIER_KEEPER</c> names another build of it.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("ATELIER_KEEPER") ?? Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../Atelier.Keeper", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Atelier.Keeper"));

    /// <summary>The worker's folder.</summary>
    public string Folder { get; }

    public KeeperLaunch Launch { get; }

    public KeeperReady Ready { get; }

    /// <summary>The log of the worker's output.</summary>
    public string OutputFolder => Path.Combine(Folder, LogFiles.OutputFolder);

    /// <summary>Ends when the keeper has.</summary>
    public Task Ended => _process.WaitForExitAsync();

    /// <summary>What a daemon would ask for to run a command in a terminal; changed by <c>with</c>.</summary>
    public static KeeperLaunch Terminal(TemporaryFolder folder, params string[] command) => new(
        "wrk_test",
        folder["k.sock"],
        WorkerKind.Terminal,
        command,
        folder.Path,
        new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["HOME"] = folder.Path,
            ["TERM"] = "xterm-256color",
            ["LANG"] = "C.UTF-8",
            ["PS1"] = "$ ",
            [KeeperProtocol.WorkerMarker] = "wrk_test",
        },
        Cols: 80,
        Rows: 24);

    /// <summary>The same with three pipes.</summary>
    public static KeeperLaunch Pipes(TemporaryFolder folder, params string[] command) =>
        Terminal(folder, command) with { Kind = WorkerKind.Protocol, Cols = 0, Rows = 0 };

    /// <summary>Starts it; a command that cannot be started fails the test.</summary>
    public static async Task<KeeperProcess> StartAsync(string folder, KeeperLaunch launch)
    {
        var (process, reply) = await TryStartAsync(folder, launch);
        return new KeeperProcess(
            process, folder, launch, reply.Ready ?? throw new InvalidOperationException($"{reply.Problem?.Code}: {reply.Problem?.Message}"));
    }

    /// <summary>Starts it; what it answers.</summary>
    public static async Task<(Process Process, KeeperLaunchReply Reply)> TryStartAsync(string folder, KeeperLaunch launch)
    {
        var start = new ProcessStartInfo(Program, [folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
#pragma warning disable RS0030 // the kit's adapter to keepers
        var process = Process.Start(start) ?? throw new InvalidOperationException("The keeper did not start.");
#pragma warning restore RS0030
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(launch, KeeperJson.Default.KeeperLaunch));
        await process.StandardInput.FlushAsync();
        var line = await Patience.For(process.StandardOutput.ReadLineAsync(), "a keeper's answer to its launch");
        var reply = JsonSerializer.Deserialize(line ?? throw new InvalidOperationException("The keeper gave no answer."), KeeperJson.Default.KeeperLaunchReply);
        return (process, reply!);
    }

    public Task<KeeperConnection> ConnectAsync(string? client = null) =>
        Patience.For(KeeperConnection.OpenAsync(Launch.Socket, client, CancellationToken.None), "the keeper's hello");

    /// <summary>Connects and attaches.</summary>
    public async Task<KeeperReader> AttachAsync(
        long? from = 0,
        int? epoch = null,
        string? client = null,
        WorkerOutput stream = WorkerOutput.Output,
        AttachMode mode = AttachMode.Bytes)
    {
        var reader = new KeeperReader(await ConnectAsync(client));
        await reader.AttachAsync(new AttachRequest(stream, from, epoch, mode));
        return reader;
    }

    /// <summary>kill -9, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await Patience.For(Ended, "a killed keeper to be gone");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}
