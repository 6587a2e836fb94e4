using System.Diagnostics;
using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.HostDaemon.Tests.AgentAdapters.Acp;

/// <summary>The official schema of the protocol (npm @agentclientprotocol/sdk), run by Node as one child for all tests of a class.</summary>
public sealed class AcpOracle : IAsyncLifetime
{
    private Process? _process;

    private static string Folder => Path.Combine(Checkout.Root, "tests/Atelier.HostDaemon.Tests/AgentAdapters/Acp/oracle");

    public async ValueTask InitializeAsync()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules/ajv")))
        {
            using var install = Start("npm", "ci", "--no-audit", "--no-fund");
            var output = await install.StandardOutput.ReadToEndAsync();
            await install.WaitForExitAsync();
            Assert.True(install.ExitCode == 0, $"npm ci for the oracle ended with {install.ExitCode}: {output}");
        }

        _process = Start("node", "oracle.mjs");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>What is wrong with a line that we send; null when nothing is.</summary>
    /// <param name="line">Without its line end.</param>
    /// <param name="answers">Method of the request that it answers; null when it is no answer.</param>
    internal string? Judge(string line, string? answers)
    {
        var process = _process!;   // made before any test runs
        process.StandardInput.WriteLine(new JsonObject { ["line"] = line, ["answers"] = answers }.ToJsonString());
        process.StandardInput.Flush();
        return JsonNode.Parse(process.StandardOutput.ReadLine() ?? "\"The oracle has ended.\"")?.GetValue<string>();
    }

#pragma warning disable RS0030 // The oracle is a process of its own; there is no other adapter for it.
    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;
#pragma warning restore RS0030
}
