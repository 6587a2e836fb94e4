using System.Diagnostics;
using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.DemoAgent.Tests;

/// <summary>The official schema and the official client of the protocol (npm @agentclientprotocol/sdk), run by Node.</summary>
public sealed class Oracle : IAsyncLifetime
{
    private static readonly SemaphoreSlim s_installing = new(1);

    private readonly string _folder = Path.Combine(Checkout.Root, "tests/Atelier.DemoAgent.Tests/oracle");

    public async ValueTask InitializeAsync()
    {
        await s_installing.WaitAsync();
        try
        {
            if (!Directory.Exists(Path.Combine(_folder, "node_modules/ajv")))
            {
                await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], "", []);
            }
        }
        finally
        {
            s_installing.Release();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What is wrong with the messages that an agent sent.</summary>
    /// <param name="sent">Everything it wrote.</param>
    /// <param name="asked">Methods of what it was asked, by the id.</param>
    internal async Task<string[]> ProblemsAsync(IEnumerable<JsonObject> sent, IReadOnlyDictionary<int, string> asked)
    {
        var values = sent.Select(message => (string?)message["method"] is { } method
            ? Check(method, "params", message["params"])
            : Check(asked[(int)message["id"]!], "result", message["result"]));
        var said = await RunAsync("node", ["check.mjs"], new JsonArray([.. values]).ToJsonString(), []);
        return [.. JsonNode.Parse(said)!["problems"]!.AsArray().Select(problem => (string)problem!)];
    }

    internal async Task<JsonObject> DriveAsync(string program, string directory, string prompt, Dictionary<string, string> environment) =>
        JsonNode.Parse(await RunAsync("node", ["drive.mjs", program, directory, prompt], "", environment))!.AsObject();

    private static JsonObject Check(string method, string side, JsonNode? value) =>
        new() { ["method"] = method, ["side"] = side, ["value"] = value?.DeepClone() };

    private async Task<string> RunAsync(string program, string[] arguments, string input, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

#pragma warning disable RS0030 // the oracle is a process of its own; there is no other adapter for it
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
#pragma warning restore RS0030
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await Patience.For(process.WaitForExitAsync(), $"the end of {program}");
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}{await output}");
    }
}
