using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Atelier.TestKit.Servers;

/// <summary>A real server process on a data folder, with a private PostgreSQL unless told otherwise.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri?> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _said = new();

    private ServerProcess(string data, IEnumerable<string> arguments)
    {
        Data = data;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(
                Checkout.ProgramOf("Atelier.Server"), ["--data", data, "--port", "0", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
    }

    public string Data { get; }

    public int Pid => _process.Id;

    public bool HasEnded => _process.HasExited;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Everything it said, for a failing test's message.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>The first user's token.</summary>
    public string Token => File.ReadAllText(Path.Combine(Data, "token")).Trim();

    /// <summary>Process id that PostgreSQL wrote down.</summary>
    public int PostgresPid =>
        int.Parse(File.ReadLines(Path.Combine(Data, "postgres/postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Starts one; it listens when this returns, or has ended.</summary>
    public static async Task<ServerProcess> StartAsync(
        string data, CancellationToken cancellationToken, params string[] arguments)
    {
        var binaries = await Checkout.PostgresBinariesAsync(cancellationToken);
        var server = new ServerProcess(data, ["--postgres-binaries", binaries, .. arguments]);
#pragma warning disable RS0030 // the tests' own adapter
        server._process.Start();
#pragma warning restore RS0030
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        var ended = server._process.WaitForExitAsync(cancellationToken);
        await Patience.For(Task.WhenAny(server._listening.Task, ended), $"the server on {data} to listen");
        if (server._listening.Task.IsCompletedSuccessfully && await server._listening.Task is { } address)
        {
            server.Address = address;
        }

        return server;
    }

    /// <summary>A client with the first user's token.</summary>
    public HttpClient Client()
    {
#pragma warning disable RS0030 // a test's own client
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Address };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        return client;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Asks it to stop, as a service manager does; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
#pragma warning disable RS0030 // the tests' own adapter
            using var kill = Process.Start("kill", ["-TERM", $"{Pid}"]);
#pragma warning restore RS0030
        }

        return await EndAsync();
    }

    /// <summary>Waits until it has ended by itself; its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await Patience.For(_process.WaitForExitAsync(), $"the server on {Data} to end");
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _said.Enqueue(line);
        var address = line.IndexOf(Listening, StringComparison.Ordinal);
        if (address >= 0)
        {
            _listening.TrySetResult(new Uri(line[(address + Listening.Length)..].Trim()));
        }
    }
}
