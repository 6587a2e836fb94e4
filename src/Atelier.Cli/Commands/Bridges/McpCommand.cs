using System.CommandLine;
using Atelier.Cli.Bridges;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Bridges;

/// <summary><c>atelier mcp</c>: the tools of the server for programs that speak the Model Context Protocol over standard input and output.</summary>
internal static class McpCommand
{
    public static Command Make() => new Command("mcp", "Be a server of tools for a program that speaks the Model Context Protocol").Runs(
        async (run, cancellationToken) =>
        {
            var bridge = new ToolBridge(() => Find(run), Environment.GetEnvironmentVariable("ATELIER_WORK_SESSION") is { Length: > 0 } id ? id : null, run.Http, Output.Problem, run.Time);
            await bridge.RunAsync(Console.OpenStandardInput(), Console.OpenStandardOutput(), cancellationToken);
        });

    /// <summary>The program of an agent has an address and a token of its own; anybody else finds the server as always.</summary>
    private static ApiClient Find(CommandRun run) =>
        Environment.GetEnvironmentVariable("ATELIER_AGENT_URL") is { Length: > 0 } url && Environment.GetEnvironmentVariable("ATELIER_AGENT_TOKEN") is { Length: > 0 } token
            ? new ApiClient(run.Http, new Uri(url), token)
            : ServerAddress.Find(run.Data, run.Http);
}
