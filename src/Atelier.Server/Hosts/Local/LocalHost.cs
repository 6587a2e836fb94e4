using System.Collections;
using System.Security.Cryptography;
using Atelier.Protocol.Layout;
using Atelier.Server.Infrastructure;
using Atelier.Server.Infrastructure.Processes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Hosts.Local;

/// <summary>Keeps the daemon of the server's own machine running: takes over a running one, starts one when there is none, replaces one of another build.</summary>
/// <remarks>The daemon is in a session of its own and outlives the server; it finds the next server by itself, at the address it was given.</remarks>
internal sealed partial class LocalHost(
    IOptions<ServerOptions> server,
    IOptions<LocalHostOptions> options,
    HostStore hosts,
    IServer web,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<LocalHost> logger) : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
        {
            return;
        }

        await Task.Yield();
        if (!await lifetime.HasStartedAsync(clock, stoppingToken))
        {
            return;
        }

        var data = server.Value.DataFolder;
        var local = await hosts.LocalAsync(await KeyAsync(data, stoppingToken), stoppingToken);
        LogHost(local.Id.Value);
        var replaced = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (ProcessRecord.Find(data, ProcessRecord.Daemon) is not { } running)
            {
                await StartAsync(data, stoppingToken);
            }
            else if (running.Version != ProcessRecord.BuildVersion)
            {
                if (running.Pid != replaced)
                {
                    LogReplacing(running.Pid, running.Version);
                    replaced = running.Pid;
                }

                Signals.SendTerminate(running.Pid);
            }

            await Task.Delay(s_look, clock, stoppingToken);
        }
    }

    private async Task StartAsync(DataFolder data, CancellationToken cancellationToken)
    {
        var address = web.Features.Get<IServerAddressesFeature>()?.Addresses.First()
            ?? throw new InvalidOperationException("The server has no address.");
        var program = options.Value.Daemon ?? DaemonProgram();
        Directory.CreateDirectory(data.Logs);
        var environment = Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
        foreach (var secret in environment.Keys.Where(name => name.StartsWith("ATELIER_Models__", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            environment.Remove(secret); // the key of a model provider is the server's
        }

        LogStarting(program);
        using var daemon = DetachedProcess.Start(
            [program, "--data", data.Path, "--server", address],
            Path.Combine(data.Logs, "daemon.log"),
            environment);

        // It says who it is once it holds its data folder; one that ends before has said why in its log.
        var began = clock.GetTimestamp();
        while (ProcessRecord.Find(data, ProcessRecord.Daemon) is null)
        {
            if (daemon.HasExited)
            {
                LogEnded(daemon.ExitCode, data.Logs);
                await Task.Delay(s_again, clock, cancellationToken);
                return;
            }

            await Task.Delay(s_look / 10, clock, cancellationToken);
        }

        LogStarted(clock.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>A build lies in versions/&lt;hash&gt;/ with a folder a program; a checkout in artifacts/bin/&lt;Project&gt;/&lt;configuration&gt;/.</summary>
    private static string DaemonProgram()
    {
        const string name = "Atelier.HostDaemon";
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var installed = Path.Combine(Path.GetDirectoryName(here)!, "daemon", name); // a program's folder lies in its build's
        return File.Exists(installed)
            ? installed
            : Path.GetFullPath(Path.Combine(here, "..", "..", name, Path.GetFileName(here), name));
    }

    private static async Task<string> KeyAsync(DataFolder data, CancellationToken cancellationToken)
    {
        if (File.Exists(data.HostKeyFile))
        {
            return (await File.ReadAllTextAsync(data.HostKeyFile, cancellationToken)).Trim();
        }

        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await using (var file = new FileStream(data.HostKeyFile + ".new", new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(key), cancellationToken);
        }

        File.Move(data.HostKeyFile + ".new", data.HostKeyFile);
        return key;
    }

    [LoggerMessage(LogLevel.Information, "This machine is host {Id}")]
    private partial void LogHost(string id);

    [LoggerMessage(LogLevel.Information, "Starting the host daemon {Program}")]
    private partial void LogStarting(string program);

    [LoggerMessage(LogLevel.Information, "The host daemon started in {Milliseconds:F0} ms")]
    private partial void LogStarted(double milliseconds);

    [LoggerMessage(LogLevel.Information, "Replacing the host daemon {Pid} of build {Version}; keepers go on")]
    private partial void LogReplacing(int pid, string version);

    [LoggerMessage(LogLevel.Error, "The host daemon ended at once with exit code {ExitCode}; {Folder}/daemon.log says why")]
    private partial void LogEnded(int exitCode, string folder);
}
