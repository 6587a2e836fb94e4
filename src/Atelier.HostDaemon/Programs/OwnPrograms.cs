using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Programs;

/// <summary>Agent programs that were installed into the data folder, each in a folder of its own with its versions side by side.</summary>
/// <remarks>
/// <code>
/// &lt;data&gt;/programs/codex/current                           0.16.0-3f2a: the version that is started
/// &lt;data&gt;/programs/codex/0.16.0-3f2a/package.json          {"atelier":{"package","version"}}
/// &lt;data&gt;/programs/codex/0.16.0-3f2a/node_modules/.bin/     what it brings
/// </code>
/// A process that runs goes on with the files of its own version: the one before stays until the next but one.
/// </remarks>
internal sealed class OwnPrograms(DataFolder data)
{
    private const string Current = "current";

    public string FolderOf(string programId) => Path.Combine(data.Programs, programId);

    /// <summary>The folder of the version that is started; null when none is.</summary>
    public static string? CurrentIn(string folder)
    {
        try
        {
            var version = Path.Combine(folder, Path.GetFileName(File.ReadAllText(Path.Combine(folder, Current)).Trim()));
            return Directory.Exists(version) && version != folder ? version : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Makes a version the one that is started, in one step: whoever starts the program meanwhile finds the old one or the new one.</summary>
    public static void MakeCurrent(string folder, string version)
    {
        var next = Path.Combine(folder, $"{Current}.new");
        File.WriteAllText(next, Path.GetFileName(version));
        File.Move(next, Path.Combine(folder, Current), overwrite: true);
    }

    /// <summary>Where a version has its executables.</summary>
    public static string ExecutablesIn(string version) => Path.Combine(version, "node_modules", ".bin");

    /// <summary>A command with the path of a program from here in place of its name; any other command as it is.</summary>
    public IReadOnlyList<string> Resolve(IReadOnlyList<string> command) =>
        command is [var name, ..] && Find(name) is { } path ? [path, .. command.Skip(1)] : command;

    /// <summary>Absolute path of an executable; null when none from here has that name.</summary>
    public string? Find(string name) => name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name is "." or ".." || name.Contains('\0', StringComparison.Ordinal)
        ? null
        : Folders().Select(CurrentIn).OfType<string>().Select(version => Path.Combine(ExecutablesIn(version), name)).FirstOrDefault(File.Exists);

    /// <summary>What is installed, by the ids of programs.</summary>
    public IReadOnlyDictionary<string, InstalledProgram> All() => Folders()
        .Select(folder => (Id: Path.GetFileName(folder), Installed: Read(folder)))
        .Where(one => one.Installed is not null)
        .ToDictionary(one => one.Id, one => one.Installed!, StringComparer.Ordinal); // the others are left out above

    /// <summary>What of a program is installed; null when nothing is.</summary>
    public InstalledProgram? Find(string programId, string package) => Read(FolderOf(programId)) is { } there && there.Package == package ? there : null;

    private IEnumerable<string> Folders() =>
        Directory.Exists(data.Programs) ? Directory.EnumerateDirectories(data.Programs).Order(StringComparer.Ordinal) : [];

    private static InstalledProgram? Read(string folder)
    {
        if (CurrentIn(folder) is not { } version)
        {
            return null;
        }

        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(version, ProgramInstalls.Manifest)));
            var said = manifest.RootElement.GetProperty("atelier");
            return new InstalledProgram(said.GetProperty("package").GetString() ?? "", said.GetProperty("version").GetString() ?? "", version);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
