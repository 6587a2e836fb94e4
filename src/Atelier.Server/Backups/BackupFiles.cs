using Atelier.Protocol.Layout;

namespace Atelier.Server.Backups;

/// <summary>One thing of the data folder that goes into a backup.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path within the data folder.</param>
/// <param name="Kind">What it is.</param>
/// <param name="LinkTarget">Where a link leads; null for anything else.</param>
internal sealed record BackedUpFile(string Path, string Name, BackedUpKind Kind, string? LinkTarget = null);

internal enum BackedUpKind
{
    Folder,
    File,
    Link,
}

/// <summary>Says which files of a data folder go into a backup, in the order that keeps each of its parts consistent while it is written.</summary>
internal static class BackupFiles
{
    // What a running keeper says of itself is true of this machine and this moment only.
    private static readonly string[] s_ofTheMoment = ["keeper.json", "lock"];

    /// <param name="data">The data folder.</param>
    /// <param name="withWorktrees">Whether files of worktrees are wanted too.</param>
    public static IEnumerable<BackedUpFile> In(DataFolder data, bool withWorktrees)
    {
        var single = new[] { data.TokenFile, data.HostKeyFile, data.SecretsKeyFile }.Where(File.Exists)
            .Select(file => new BackedUpFile(file, Path.GetFileName(file), BackedUpKind.File));
        string[] folders = [data.Workers, data.Repositories, data.Images, Path.Combine(data.Path, "quarantine"), .. withWorktrees ? [data.Worktrees] : Array.Empty<string>()];
        return single.Concat(folders.Where(Directory.Exists).SelectMany(folder => Below(data, folder)));
    }

    private static IEnumerable<BackedUpFile> Below(DataFolder data, string folder)
    {
        var all = new List<BackedUpFile> { Of(data, new DirectoryInfo(folder)) };
        Add(new DirectoryInfo(folder));
        return all.OrderBy(file => file.Kind != BackedUpKind.Folder).ThenBy(Turn).ThenBy(file => file.Name, StringComparer.Ordinal);

        void Add(DirectoryInfo parent)
        {
            foreach (var child in Children(parent))
            {
                if (s_ofTheMoment.Contains(child.Name) && folder == data.Workers)
                {
                    continue;
                }

                all.Add(Of(data, child));
                if (child is DirectoryInfo { LinkTarget: null } below)
                {
                    Add(below);
                }
            }
        }
    }

    /// <summary>
    /// What refers to something else is read before it: a log's index and marks before its bytes, a repository's references before its objects. So whatever
    /// is written meanwhile is only more than is referred to.
    /// </summary>
    private static int Turn(BackedUpFile file) =>
        file.Name.Contains("/objects/", StringComparison.Ordinal)
        || file.Name.EndsWith(".log", StringComparison.Ordinal)
        || file.Name.EndsWith(".log.gz", StringComparison.Ordinal)
            ? 1
            : 0;

    private static BackedUpFile Of(DataFolder data, FileSystemInfo thing) => new(
        thing.FullName,
        Path.GetRelativePath(data.Path, thing.FullName),
        thing.LinkTarget is not null ? BackedUpKind.Link : thing is DirectoryInfo ? BackedUpKind.Folder : BackedUpKind.File,
        thing.LinkTarget);

    private static FileSystemInfo[] Children(DirectoryInfo folder)
    {
        try
        {
            return folder.GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            return []; // removed since it was listed
        }
    }
}
