using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.AgentAdapters.Files;

/// <summary>Paths that must lie within a worktree, whatever links stand on the way.</summary>
internal static class ConfinedPath
{
    /// <summary>The path with links resolved.</summary>
    /// <exception cref="JsonRpcException">It is not absolute, or lies elsewhere.</exception>
    public static string Of(string worktree, string path)
    {
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"'{path}' is not an absolute path.");
        }

        var real = RealPath.Of(path);
        return IsWithin(RealPath.Of(worktree), real) ? real : throw Elsewhere(worktree, path);
    }

    /// <summary>Looks once more, at what was really opened.</summary>
    public static void ThrowIfElsewhere(string worktree, string opened, string asked)
    {
        if (!IsWithin(RealPath.Of(worktree), RealPath.Of(opened)))
        {
            throw Elsewhere(worktree, asked);
        }
    }

    /// <summary>What git keeps of itself is git's to write.</summary>
    public static void ThrowIfGit(string worktree, string real, string asked)
    {
        if (Path.GetRelativePath(RealPath.Of(worktree), real).Split('/').Contains(".git", StringComparer.OrdinalIgnoreCase))
        {
            throw new JsonRpcException(LinkRefusals.Outside, $"{asked} belongs to git and is not written.");
        }
    }

    /// <summary>Whether a path, links resolved, lies in a folder or is it.</summary>
    public static bool IsWithin(string folder, string path) =>
        path == folder || path.StartsWith(folder.EndsWith('/') ? folder : folder + "/", StringComparison.Ordinal);

    private static JsonRpcException Elsewhere(string worktree, string path) =>
        new(LinkRefusals.Outside, $"{path} lies outside the worktree {worktree}; only files within it are read and written.");
}
