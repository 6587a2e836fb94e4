using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Atelier.DemoAgent.Jobs;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code; null when it could not be started or took too long.</param>
/// <param name="Output">What it printed, on both streams.</param>
internal sealed record CommandResult(int? ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}

/// <summary>Runs the line that the person was shown, and nothing else; the adapter to processes.</summary>
internal static class ShellCommand
{
    private const int LongestOutput = 16 << 10;

    // A hook or a signing program that waits for somebody would keep the turn for ever.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    /// <summary>Runs a line. Cancelling ends it and everything below it.</summary>
    public static async Task<CommandResult> RunAsync(
        string line, string directory, IReadOnlyDictionary<string, string> environment, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = StartInfo(line, directory, environment) };
        try
        {
#pragma warning disable RS0030 // this is the adapter
            process.Start();
#pragma warning restore RS0030
        }
        catch (Win32Exception notStarted)
        {
            return new CommandResult(null, notStarted.Message);
        }

        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(s_limit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // Both streams are one pipe, see below.
            var output = await ReadAsync(process.StandardOutput.BaseStream, ending.Token);
            await process.WaitForExitAsync(ending.Token);
            return new CommandResult(process.ExitCode, output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return new CommandResult(null, $"It took longer than {s_limit.TotalSeconds:0} seconds and was ended.");
        }
    }

    /// <summary>A text as one word of a shell.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static ProcessStartInfo StartInfo(string line, string directory, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec 2>&1; {line}"])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_EDITOR"] = "true";
        start.Environment["GIT_PAGER"] = "cat";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var kept = new byte[LongestOutput];
        var spare = new byte[4 << 10];
        var length = 0;
        while (true)
        {
            var room = length < kept.Length ? kept.AsMemory(length) : spare;
            if (await stream.ReadAsync(room, cancellationToken) is not (> 0 and var read))
            {
                return Encoding.UTF8.GetString(kept.AsSpan(0, length)).TrimEnd();
            }

            length = Math.Min(kept.Length, length + read);
        }
    }
}
