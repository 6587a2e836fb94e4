using System.CommandLine;
using System.Diagnostics;
using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Processes;

/// <summary><c>atelier down [--yes]</c>: ends everything of a data folder, workers too.</summary>
internal static class DownCommand
{
    public static Command Make()
    {
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask, even when workers run" };
        return new Command("down", "End everything, workers too; what was printed and stored stays") { yes }.Runs(
            async (run, cancellationToken) =>
            {
                var workers = RunningProcesses.Keepers(run.Data).Count();
                if (workers > 0 && !run.Value(yes) && !Output.Ask($"{workers} workers run and will be ended. Go on?"))
                {
                    throw new CliProblemException($"{workers} workers run. To end them too: ./atelier down --yes");
                }

                await ProcessEnd.EndAsync(run.Data, ProcessRecord.Supervisor, run.Time, cancellationToken);
                await ProcessEnd.EndAsync(run.Data, ProcessRecord.Server, run.Time, cancellationToken);
                await ProcessEnd.EndAsync(run.Data, ProcessRecord.Daemon, run.Time, cancellationToken);
                await EndWorkersAsync(run.Data, cancellationToken);
                await EndPostgresAsync(run, cancellationToken);
                run.Output.Line(run.Output.IsJson ? "{}" : $"Nothing of {run.Data.Path} runs any more.");
            });
    }

    /// <summary>A server that ends in order ends its PostgreSQL; one that was killed leaves it behind.</summary>
    private static async Task EndPostgresAsync(CommandRun run, CancellationToken cancellationToken)
    {
        if (RunningProcesses.PostgresPid(run.Data) is { } pid)
        {
            await ProcessEnd.EndAsync(
                pid, () => RunningProcesses.PostgresPid(run.Data) == pid, ProcessEnd.Interrupt, run.Time, cancellationToken);
        }
    }

    /// <summary>The daemon knows how to end a worker's whole tree; it is run once for that, without a server.</summary>
    private static async Task EndWorkersAsync(DataFolder data, CancellationToken cancellationToken)
    {
        if (!RunningProcesses.Keepers(data).Any())
        {
            return;
        }

        var start = new ProcessStartInfo(InstalledBuild.Daemon) { UseShellExecute = false };
        foreach (var argument in new[] { "end-workers", "--data", data.Path, "--server", "http://127.0.0.1" })
        {
            start.ArgumentList.Add(argument);
        }

#pragma warning disable RS0030 // this is the adapter
        using var daemon = Process.Start(start) ?? throw new CliProblemException($"{InstalledBuild.Daemon} could not be started.");
#pragma warning restore RS0030
        await daemon.WaitForExitAsync(cancellationToken);
        if (RunningProcesses.Keepers(data).ToArray() is { Length: > 0 } left)
        {
            throw new CliProblemException($"These keepers could not be ended: {string.Join(", ", left.Select(keeper => keeper.KeeperPid))}.");
        }
    }
}
