using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Atelier.Cli.Commands.Processes;

namespace Atelier.Cli.Commands.Backups;

/// <summary><c>atelier restore FILE</c>: puts a backup into an empty data folder. The server's program does it; none may run.</summary>
internal static class RestoreCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("file") { Description = "A file that atelier backup wrote" };
        var database = new Option<string?>("--database") { Description = "Connection string of your own PostgreSQL" };
        var replace = new Option<bool>("--replace") { Description = "Set aside what the data folder holds now" };
        return new Command("restore", "Put a backup into an empty data folder") { file, database, replace }.Runs(async (run, cancellationToken) =>
        {
            if (RunningProcesses.Of(run.Data).FirstOrDefault(process => process.Role != "postgres") is { } running)
            {
                throw new CliProblemException($"A {running.Role} of Atelier runs on {run.Data.Path} (process {running.Pid}). End it first: ./atelier down");
            }

            var start = new ProcessStartInfo(InstalledBuild.Server, ["restore", Path.GetFullPath(run.Value(file)), "--data", run.Data.Path]);
            foreach (var argument in run.Value(database) is { } own ? ["--database", own] : new[] { "--postgres-binaries", InstalledBuild.Postgres(run.Data) })
            {
                start.ArgumentList.Add(argument);
            }

            if (run.Value(replace))
            {
                start.ArgumentList.Add("--Restore:Replace=true");
            }

            start.RedirectStandardOutput = run.Output.IsJson; // what it says is for people
#pragma warning disable RS0030 // this is the adapter
            using var server = Process.Start(start) ?? throw new CliProblemException($"{InstalledBuild.Server} could not be started.");
#pragma warning restore RS0030
            while (run.Output.IsJson && await server.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                Output.Problem(line);
            }

            await server.WaitForExitAsync(cancellationToken);
            if (server.ExitCode != 0)
            {
                return ExitCodes.Refused;
            }

            run.Output.Answer(
                $$$"""{"restored":{"path":"{{{JsonEncodedText.Encode(Path.GetFullPath(run.Value(file)))}}}","data":"{{{JsonEncodedText.Encode(run.Data.Path)}}}"}}""",
                _ => { }); // the server's program has said so
            return ExitCodes.Done;
        });
    }
}
