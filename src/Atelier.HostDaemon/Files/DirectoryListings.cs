using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.Layout;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Files;

/// <summary>Lists the directories in a directory, for choosing where to work.</summary>
internal static class DirectoryListings
{
    private const int MaxEntries = 2_000;

    public static DirectoryListing List(ListDirectoryRequest request)
    {
        var asked = request.Path ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (!Path.IsPathFullyQualified(asked) || asked.Contains('\0', StringComparison.Ordinal))
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"'{asked}' is not an absolute path.");
        }

        var path = RealPath.Of(asked);
        if (!Directory.Exists(path))
        {
            throw new JsonRpcException(LinkRefusals.NotFound, $"There is no directory {path}.");
        }

        var names = Names(path, request.ShowHidden);
        return new DirectoryListing(
            path,
            Path.GetDirectoryName(path),
            [.. names.Take(MaxEntries).Select(name => Entry(path, name))],
            Truncated: names.Count > MaxEntries);
    }

    private static List<string> Names(string path, bool showHidden)
    {
        try
        {
            var everything = new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };
            return
            [
                .. Directory.EnumerateDirectories(path, "*", everything)
                    .Select(directory => Path.GetFileName(directory))
                    .Where(name => showHidden || name[0] != '.')
                    .Order(StringComparer.OrdinalIgnoreCase),
            ];
        }
        catch (UnauthorizedAccessException)
        {
            throw new JsonRpcException(LinkRefusals.Refused, $"{path} may not be read by this machine's daemon.");
        }
    }

    private static DirectoryEntry Entry(string parent, string name)
    {
        var path = Path.Combine(parent, name);
        return new DirectoryEntry(name, path, IsRepository(path));
    }

    // A working tree has .git (a folder, or a file in a worktree); a bare repository has these three.
    private static bool IsRepository(string path) =>
        Path.Exists(Path.Combine(path, ".git"))
        || (File.Exists(Path.Combine(path, "HEAD")) && Directory.Exists(Path.Combine(path, "objects"))
            && Directory.Exists(Path.Combine(path, "refs")));
}
