using System.Diagnostics;
using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Processes;

/// <summary>The server as the supervisor's child; its words go to <c>&lt;data&gt;/logs/server.log</c>, the last that are for people are kept at hand.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int KeptLines = 20;
    private const long LogLimitBytes = 16 << 20;

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Queue<string> _lastLines = new();

    private ServerProcess(Process process, StreamWriter log)
    {
        (_process, _log) = (process, log);
        _process.OutputDataReceived += (_, line) => Note(line.Data, isForPeople: false);
        _process.ErrorDataReceived += (_, line) => Note(line.Data, isForPeople: true);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>The last things it said on standard error: why it does not start. What it logs is not among them.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return string.Join('\n', _lastLines);
            }
        }
    }

    public static ServerProcess Start(DataFolder data, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(InstalledBuild.Server)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Socket completions run where they happen: a third of the CPU per terminal byte. No continuation of ours blocks.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";

        Directory.CreateDirectory(data.Logs);
        var log = Path.Combine(data.Logs, "server.log");
        if (File.Exists(log) && new FileInfo(log).Length > LogLimitBytes)
        {
            File.Move(log, log + ".old", overwrite: true);
        }

#pragma warning disable RS0030 // this is the adapter
        var process = Process.Start(start) ?? throw new CliProblemException($"{InstalledBuild.Server} could not be started.");
#pragma warning restore RS0030
        return new ServerProcess(process, new StreamWriter(log, append: true) { AutoFlush = true });
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Ends it in order, whether it is ready or still starting. Ctrl-C reaches it too, as part of our process group; a TERM to us does not.</summary>
    public async Task StopAsync(TimeProvider time)
    {
        await ProcessEnd.EndAsync(_process.Id, () => !_process.HasExited, ProcessEnd.Terminate, time, CancellationToken.None);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        _process.Dispose();
        _log.Dispose();
    }

    private void Note(string? line, bool isForPeople)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _log.WriteLine(line);
            if (!isForPeople)
            {
                return;
            }

            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }
        }
    }
}
