using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Terminal.Tests;

/// <summary>The web page's terminal (npm @xterm/headless), run by Node as one child for all tests of a class.</summary>
public sealed class Oracle : IAsyncLifetime
{
    private static readonly SemaphoreSlim s_installing = new(1);

    private Process? _process;
    private int _created;

    private static string Folder => Path.Combine(Repository.Root, "tests/Atelier.Terminal.Tests/oracle");

    public async ValueTask InitializeAsync()
    {
        await InstallAsync();
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

    internal OracleTerminal Create(int columns, int rows, int scrollBack = Screen.DefaultScrollBackLines)
    {
        var id = ++_created;
        Ask(new JsonObject { ["command"] = "create", ["id"] = id, ["columns"] = columns, ["rows"] = rows, ["scrollBack"] = scrollBack });
        return new OracleTerminal(this, id);
    }

    internal string Widths() => Ask(new JsonObject { ["command"] = "widths" })[0];

    internal string[] Ask(JsonObject request)
    {
        _process!.StandardInput.WriteLine(request.ToJsonString());
        _process.StandardInput.Flush();
        var answer = JsonNode.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The oracle has ended."))!;
        return answer["error"] is { } error
            ? throw new InvalidOperationException($"The oracle failed: {error}")
            : answer["lines"]?.Deserialize<string[]>() ?? [];
    }

    private static async Task InstallAsync()
    {
        await s_installing.WaitAsync();
        try
        {
            if (!Directory.Exists(Path.Combine(Folder, "node_modules/@xterm/headless")))
            {
                using var install = Start("npm", "ci", "--no-audit", "--no-fund");
                var output = await install.StandardOutput.ReadToEndAsync();
                await install.WaitForExitAsync();
                Assert.True(install.ExitCode == 0, $"npm ci for the oracle ended with {install.ExitCode}: {output}");
            }
        }
        finally
        {
            s_installing.Release();
        }
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

/// <summary>One terminal of the oracle.</summary>
internal sealed class OracleTerminal(Oracle oracle, int id) : IDisposable
{
    public void Feed(byte[] output) =>
        oracle.Ask(new JsonObject { ["command"] = "feed", ["id"] = id, ["bytes"] = Convert.ToBase64String(output) });

    public void Feed(string text) => oracle.Ask(new JsonObject { ["command"] = "feed", ["id"] = id, ["text"] = text });

    public void Resize(int columns, int rows) =>
        oracle.Ask(new JsonObject { ["command"] = "resize", ["id"] = id, ["columns"] = columns, ["rows"] = rows });

    public string[] Describe(int scrollBackLines) =>
        oracle.Ask(new JsonObject { ["command"] = "describe", ["id"] = id, ["scrollBackLines"] = scrollBackLines });

    public void Dispose() => oracle.Ask(new JsonObject { ["command"] = "drop", ["id"] = id });
}
