using System.Diagnostics;
using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.Server.Tests.Commands;

/// <summary>One run of the command line against a server of the tests.</summary>
internal sealed record CliRun(int ExitCode, string Said, string Complained)
{
    public JsonNode Json => JsonNode.Parse(Said) ?? throw new InvalidOperationException("It said null.");

    public static async Task<CliRun> OfAsync(TestServer server, CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        var program = Path.Combine(Path.GetDirectoryName(Checkout.ProgramOf("Atelier.Cli")) ?? "", "atelier");
        var start = new ProcessStartInfo(program, [.. arguments, "--data", server.DataFolder]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
#pragma warning disable RS0030 // the tests' own adapter
        using var run = Process.Start(start) ?? throw new InvalidOperationException("The command line did not start.");
#pragma warning restore RS0030
        var (said, complained) = (run.StandardOutput.ReadToEndAsync(cancellationToken), run.StandardError.ReadToEndAsync(cancellationToken));
        await Patience.For(run.WaitForExitAsync(cancellationToken), $"the end of atelier {string.Join(' ', arguments)}");
        return new CliRun(run.ExitCode, await said, await complained);
    }
}
