using System.Text.Json.Nodes;
using Atelier.Git.Processes;
using Atelier.TestKit;

namespace Atelier.System.Tests.Agents.Real;

/// <summary>Packages of npm in exact versions, installed once into <c>artifacts/agents</c> and used by all runs after.</summary>
internal static class NpmPackages
{
    private static readonly SemaphoreSlim s_installing = new(1);

    /// <summary>The folder that has a package in its node_modules; installed when it is not there yet.</summary>
    public static async Task<string> FolderAsync(string package, string version)
    {
        var all = Path.Combine(Checkout.Root, "artifacts", "agents");
        var folder = Path.Combine(all, $"{package.Replace('/', '+')}-{version}");
        await s_installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!Directory.Exists(folder))
            {
                await InstallAsync(package, version, folder);
            }
        }
        finally
        {
            s_installing.Release();
        }

        return folder;
    }

    // Whole or not at all: a run that is ended in the middle leaves nothing that the next one would take for installed.
    private static async Task InstallAsync(string package, string version, string folder)
    {
        var half = $"{folder}.{Environment.ProcessId}";
        Directory.CreateDirectory(half);
        var manifest = new JsonObject { ["private"] = true, ["atelier"] = new JsonObject { ["package"] = package, ["version"] = version } };
        await File.WriteAllTextAsync(Path.Combine(half, "package.json"), manifest.ToJsonString());
        var npm = await ChildProcess.RunAsync(
            new ChildCommand("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", half, $"{package}@{version}"], half), TestContext.Current.CancellationToken);
        Assert.True(npm.ExitCode == 0, npm.Error);
        Directory.Move(half, folder);
    }
}
