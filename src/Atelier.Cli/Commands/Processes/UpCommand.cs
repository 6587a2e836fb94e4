using System.CommandLine;

namespace Atelier.Cli.Commands.Processes;

/// <summary><c>atelier up</c>: starts the server and watches it, in the foreground.</summary>
internal static class UpCommand
{
    public static Command Make()
    {
        var port = new Option<int?>("--port") { Description = $"Port of the page (default {WantedPort.Default})" };
        port.Validators.Add(given =>
        {
            // Checked before anything that runs is taken over.
            if (given.GetValue(port) is < 0 or > ushort.MaxValue)
            {
                given.AddError($"A port is a number of at most {ushort.MaxValue}.");
            }
        });
        var bind = new Option<string?>("--bind") { Description = "Address to listen on (default 127.0.0.1)" };
        var database = new Option<string?>("--database") { Description = "Connection string of your own PostgreSQL" };
        var publicUrl = new Option<string?>("--public-url") { Description = "Address under which people reach it through a proxy" };
        var hostNames = new Option<string?>("--host-names") { Description = "More names it answers to, separated by commas" };
        var proxies = new Option<string?>("--trusted-proxies") { Description = "Addresses of proxies whose X-Forwarded headers are believed, separated by commas" };
        return new Command("up", "Start, and stay in the foreground; Ctrl-C stops the server, workers go on")
        {
            port, bind, database, publicUrl, hostNames, proxies,
        }.Runs(
            (run, cancellationToken) =>
            {
                var arguments = new List<string> { "--data", run.Data.Path, "--web", InstalledBuild.Web };
                Add("--port", run.Value(port)?.ToString());
                Add("--bind", run.Value(bind));
                Add("--public-url", run.Value(publicUrl));
                Add("--host-names", run.Value(hostNames));
                Add("--trusted-proxies", run.Value(proxies));
                Add("--database", run.Value(database));
                if (run.Value(database) is null)
                {
                    Add("--postgres-binaries", InstalledBuild.Postgres(run.Data));
                }

                WantedPort.ThrowIfTaken(run.Data, run.Value(bind), run.Value(port));
                return new Supervisor(run, arguments).RunAsync(cancellationToken);

                void Add(string option, string? value) => arguments.AddRange(value is null ? [] : [option, value]);
            });
    }
}
