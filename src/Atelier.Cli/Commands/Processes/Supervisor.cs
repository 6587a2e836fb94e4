using System.Text.Json;
using Atelier.Client.AgentConsole;
using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Processes;

/// <summary>Watches the server: starts it, prints where it is, and starts it again within a second when it dies.</summary>
/// <remarks>
/// One supervisor per data folder: a second one takes over, and the first ends with what it watched. Daemon, keepers and their workers are not touched
/// by any of this.
/// </remarks>
internal sealed class Supervisor(CommandRun run, IReadOnlyList<string> serverArguments)
{
    private const int CannotStart = 2;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan[] s_backoff = [.. new[] { 0, 0.2, 0.5, 1, 2, 5 }.Select(TimeSpan.FromSeconds)];

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await ProcessEnd.EndAsync(run.Data, ProcessRecord.Supervisor, run.Time, cancellationToken);
        await ProcessEnd.EndAsync(run.Data, ProcessRecord.Server, run.Time, cancellationToken);
        ProcessRecord.OfThisProcess(ProcessRecord.Supervisor, address: null).Write(run.Data);

        var isFirst = true;
        var arguments = serverArguments;
        for (var attempt = 0; !cancellationToken.IsCancellationRequested;)
        {
            var started = run.Time.GetTimestamp();
            using var server = ServerProcess.Start(run.Data, arguments);
            var exited = server.WaitForExitAsync(CancellationToken.None);
            if (await IsReadyAsync(exited, cancellationToken) && isFirst)
            {
                await GreetAsync(cancellationToken);
                arguments = [.. serverArguments, "--port", $"{run.Api.Address.Port}"]; // the last one counts: also a port that the system chose is kept
                isFirst = false;
            }

            await Task.WhenAny(exited, Task.Delay(Timeout.InfiniteTimeSpan, run.Time, cancellationToken));
            if (cancellationToken.IsCancellationRequested)
            {
                await server.StopAsync(run.Time);
                return ExitCodes.Done;
            }

            if (server.ExitCode == CannotStart)
            {
                throw new CliProblemException(server.LastLines);
            }

            attempt = run.Time.GetElapsedTime(started) > s_settled ? 0 : Math.Min(attempt + 1, s_backoff.Length - 1);
            Output.Problem($"The server ended (exit code {server.ExitCode}); starting it again. {Path.Combine(run.Data.Logs, "server.log")} says more.");
            await Task.WhenAny(Task.Delay(s_backoff[attempt], run.Time, cancellationToken));
        }

        return ExitCodes.Done;
    }

    /// <summary>Waits until the server can be used; false when it has ended before.</summary>
    private async Task<bool> IsReadyAsync(Task exited, CancellationToken cancellationToken)
    {
        while (!exited.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            if (ProcessRecord.Find(run.Data, ProcessRecord.Server)?.Address is { } address && await AnswersAsync(address))
            {
                return true;
            }

            await Task.WhenAny(Task.Delay(s_look, run.Time, cancellationToken));
        }

        return false;
    }

    private async Task<bool> AnswersAsync(string address)
    {
        try
        {
            using var answer = await run.Http.GetAsync(new Uri(new Uri(address), "/api/ready"), CancellationToken.None);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        var json = await run.Api.SendAsync(HttpMethod.Post, "/api/login-links", cancellationToken);
        var link = JsonDocument.Parse(json).RootElement.GetProperty("loginLink").GetProperty("url").GetString();
        if (run.Output.IsJson)
        {
            run.Output.Line(json);
            return;
        }

        run.Output.Line($"Atelier is at {run.Api.Address}");
        run.Output.Line($"Log in once with: {link}");
        run.Output.Line("Ctrl-C stops the server; workers go on. ./atelier down ends everything.");
        await OfferImportAsync(cancellationToken);
    }

    /// <summary>Says how to take over what agent-console had, until somebody has.</summary>
    private async Task OfferImportAsync(CancellationToken cancellationToken)
    {
        var folder = Environment.GetEnvironmentVariable("AGENT_CONSOLE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".agent-console");
        if (!new AgentConsoleFolder(folder).Exists)
        {
            return;
        }

        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/imports/agent-console?limit=1", cancellationToken);
        if (JsonDocument.Parse(json).RootElement.GetProperty("records").GetArrayLength() == 0)
        {
            run.Output.Line($"agent-console was used here. To take over its sessions: ./atelier import agent-console {folder}");
        }
    }
}
