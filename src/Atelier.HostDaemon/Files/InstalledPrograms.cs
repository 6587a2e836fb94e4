using Atelier.HostDaemon.Programs;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.Files;

/// <summary>Finds programs on the PATH that workers get, and those that come along with this build.</summary>
internal static class InstalledPrograms
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="request">Which.</param>
    /// <param name="path">Where else they may be.</param>
    /// <param name="own">Programs that were installed into the data folder; they come first.</param>
    public static DetectedPrograms Detect(DetectProgramsRequest request, string path, OwnPrograms own) =>
        new(
            request.Names
                .Distinct(StringComparer.Ordinal)
                .Select(name => (Name: name, Path: own.Find(name) ?? Find(name, path)))
                .Where(found => found.Path is not null)
                .ToDictionary(found => found.Name, found => found.Path!, StringComparer.Ordinal),   // the missing ones are left out above
            own.All());

    /// <summary>Absolute path of a program, given by its name or by that path; null when it is not there.</summary>
    public static string? Find(string name, string path)
    {
        if (name == BuildPrograms.DemoAgentName)
        {
            return IsExecutable(BuildPrograms.DemoAgent) ? BuildPrograms.DemoAgent : null;
        }

        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        if (name.Contains('/', StringComparison.Ordinal))
        {
            return Path.IsPathFullyQualified(name) && IsExecutable(name) ? name : null;
        }

        return path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file)
    {
        try
        {
            return File.Exists(file) && (File.GetUnixFileMode(file) & Executable) != UnixFileMode.None;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
