namespace Atelier.HostDaemon;

/// <summary>Programs of the build that this daemon is part of.</summary>
internal static class BuildPrograms
{
    /// <summary>What a command says to start the demo agent; it is on no PATH.</summary>
    public const string DemoAgentName = "atelier-demo-agent";

    /// <summary>The keeper.</summary>
    public static string Keeper => PathOf("keeper", "Atelier.Keeper");

    /// <summary>The demo agent.</summary>
    public static string DemoAgent => PathOf("demo-agent", "Atelier.DemoAgent");

    /// <summary>A command with the path of a program of ours in place of its name; any other command as it is.</summary>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string> command) =>
        command is [DemoAgentName, ..] ? [DemoAgent, .. command.Skip(1)] : command;

    // A build lies in versions/<hash>/ with a folder a program; a checkout in artifacts/bin/<Project>/<configuration>/.
    private static string PathOf(string folder, string project)
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string[] places =
        [
            Path.GetFullPath(Path.Combine(here, "..", folder, project)),
            Path.GetFullPath(Path.Combine(here, "../..", project, Path.GetFileName(here), project)),
        ];
        return places.FirstOrDefault(File.Exists) ?? places[0];
    }
}
