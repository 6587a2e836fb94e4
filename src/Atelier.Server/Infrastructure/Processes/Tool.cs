using System.Diagnostics;

namespace Atelier.Server.Infrastructure.Processes;

/// <summary>How a tool ended.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>Runs small programs to their end.</summary>
internal static class Tool
{
    /// <summary>Runs it with our PATH and nothing else of our environment.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It is not there or may not be run.</exception>
    public static async Task<ToolResult> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["LC_ALL"] = "C";
        using var process = new Process { StartInfo = start };
#pragma warning disable RS0030 // this is the adapter
        process.Start();
#pragma warning restore RS0030
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new ToolResult(process.ExitCode, await output, await error);
    }
}
