using System.ComponentModel;
using System.Globalization;
using Atelier.Protocol.Layout;
using Atelier.Server.Infrastructure.Processes;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>The programs of the private PostgreSQL.</summary>
/// <param name="Folder">Holds bin, lib and share.</param>
/// <param name="Major">Data folders belong to one major version.</param>
internal sealed record PostgresBinaries(string Folder, int Major)
{
    public string Postgres => Path.Combine(Folder, "bin/postgres");

    public string InitDb => Path.Combine(Folder, "bin/initdb");

    /// <summary>Looks at a folder of binaries, or at the npm package that has them in <c>native</c>.</summary>
    /// <remarks>
    /// Root's PostgreSQL runs as another user, who may not reach the folder (a checkout in /root, say); that user gets
    /// a copy in the data folder.
    /// </remarks>
    /// <exception cref="StartProblemException">They are not there, or cannot run.</exception>
    public static async Task<PostgresBinaries> OpenAsync(
        string path, DataFolder data, SystemUser? user, CancellationToken cancellationToken)
    {
        var native = Path.Combine(path, "native");
        var folder = Path.GetFullPath(Directory.Exists(native) ? native : path);
        if (!File.Exists(Path.Combine(folder, "bin/postgres")))
        {
            throw new StartProblemException(
                $"There is no PostgreSQL in {folder}: bin/postgres is missing. Run npm ci in runtime/postgres.");
        }

        var said = await VersionAsync(folder, user, cancellationToken);
        if (said.ExitCode != 0 && user is not null)
        {
            var version = await VersionAsync(folder, user: null, cancellationToken);
            folder = CopyOnce(
                folder, Path.Combine(data.Path, "programs", $"postgres-{version.Output.Trim().Split(' ')[^1]}"));
            said = await VersionAsync(folder, user, cancellationToken);
        }

        // "postgres (PostgreSQL) 18.4"
        var major = said.Output.Trim().Split(' ')[^1].Split('.')[0];
        return said.ExitCode == 0
            && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new PostgresBinaries(folder, number)
            : throw new StartProblemException(
                $"PostgreSQL in {folder} cannot run{(user is null ? "" : $" as user {user.Uid}, who must be able to pass through all folders above it")}: {said.Error.Trim()}");
    }

    private static async Task<ToolResult> VersionAsync(
        string folder, SystemUser? user, CancellationToken cancellationToken)
    {
        try
        {
            return await Tool.RunAsync(
                [.. PostgresUser.Prefix(user), Path.Combine(folder, "bin/postgres"), "--version"], cancellationToken);
        }
        catch (Win32Exception problem)
        {
            throw new StartProblemException($"PostgreSQL in {folder} cannot run: {problem.Message}", problem);
        }
    }

    private static string CopyOnce(string folder, string copy)
    {
        if (Directory.Exists(copy))
        {
            return copy;
        }

        var half = $"{copy}.half";
        if (Directory.Exists(half))
        {
            Directory.Delete(half, recursive: true);
        }

        Copy(new DirectoryInfo(folder), half);
        Directory.Move(half, copy);
        return copy;
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            switch (entry)
            {
                case { LinkTarget: { } link }:
                    File.CreateSymbolicLink(target, link);
                    break;
                case DirectoryInfo folder:
                    Copy(folder, target);
                    break;
                case FileInfo file:
                    file.CopyTo(target);
                    break;
            }
        }
    }
}
