using System.Diagnostics;

namespace Atelier.TestKit.Agents;

/// <summary>One turn of a real agent program without a terminal: a prompt in, its words out.</summary>
public static class RealAgentRun
{
    /// <param name="invocation">Made with <see cref="RealAgentMode.OneTurn"/>.</param>
    /// <param name="workingFolder">Where it runs.</param>
    /// <param name="prompt">What it is asked, the script included.</param>
    /// <param name="cancellationToken">Ends the program and everything below it.</param>
    public static async Task<(int ExitCode, string Output)> OneTurnAsync(
        RealAgentInvocation invocation, string workingFolder, string prompt, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(invocation.Command[0], [.. invocation.Command.Skip(1), prompt])
        {
            UseShellExecute = false,
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in invocation.Environment)
        {
            start.Environment[name] = value;
        }

#pragma warning disable RS0030 // this is the adapter
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
#pragma warning restore RS0030
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
