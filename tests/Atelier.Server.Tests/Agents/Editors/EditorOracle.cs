using System.Diagnostics;
using Atelier.TestKit;

namespace Atelier.Server.Tests.Agents.Editors;

/// <summary>The official clients of the protocols that we serve (npm @agentclientprotocol/sdk, @modelcontextprotocol/sdk), run by Node.</summary>
public sealed class EditorOracle : IAsyncLifetime
{
    private static readonly SemaphoreSlim s_installing = new(1);

    public static string Folder => Path.Combine(Checkout.Root, "tests/Atelier.Server.Tests/Agents/Editors/oracle");

    /// <summary>The command line, as editors and agent programs start it.</summary>
    public static string CommandLine => Path.Combine(Path.GetDirectoryName(Checkout.ProgramOf("Atelier.Cli")) ?? "", "atelier");

    public async ValueTask InitializeAsync()
    {
        await s_installing.WaitAsync();
        try
        {
            if (!Directory.Exists(Path.Combine(Folder, "node_modules/ws")))
            {
                await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], Folder, new Dictionary<string, string>());
            }
        }
        finally
        {
            s_installing.Release();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs a program to its end; gives what it said.</summary>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string directory, IReadOnlyDictionary<string, string> environment, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

#pragma warning disable RS0030 // the oracle is a process of its own; there is no other adapter for it
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
#pragma warning restore RS0030
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await Patience.For(process.WaitForExitAsync(), $"the end of {program}");
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}{await output}");
    }
}
