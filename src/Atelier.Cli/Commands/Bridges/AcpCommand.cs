using System.CommandLine;
using Atelier.Cli.Bridges;

namespace Atelier.Cli.Commands.Bridges;

/// <summary><c>atelier acp</c>: Atelier as an agent for editors that speak the Agent Client Protocol over standard input and output.</summary>
internal static class AcpCommand
{
    public static Command Make() => new Command("acp", "Be an agent for an editor that speaks the Agent Client Protocol (see docs/how-to/use-from-an-editor.md)").Runs(
        async (run, cancellationToken) =>
        {
            var bridge = new EditorBridge(() => ServerAddress.Find(run.Data, run.Http), Output.Problem, run.Time);
            await bridge.RunAsync(Console.OpenStandardInput(), Console.OpenStandardOutput(), cancellationToken);
        });
}
