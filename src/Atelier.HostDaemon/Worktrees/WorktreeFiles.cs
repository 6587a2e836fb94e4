using Atelier.Git;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Worktrees;

/// <summary>Puts files into a new worktree that git does not bring: filled templates, and untracked files of the main working tree.</summary>
/// <remarks>What is there already is left alone. Nothing is written outside the worktree, by no path and through no link.</remarks>
/// <param name="worktree">Absolute path of the worktree, links resolved.</param>
internal sealed class WorktreeFiles(string worktree)
{
    /// <summary>Writes a template with its placeholders filled.</summary>
    public async Task WriteTemplateAsync(string file, string template, Placeholders values, CancellationToken cancellationToken)
    {
        if (PlaceFor(file) is { } target)
        {
            await File.WriteAllTextAsync(target, PlaceholderText.Fill(template, values), cancellationToken);
        }
    }

    /// <summary>Copies the untracked files, ignored ones included, that match a glob in another working tree.</summary>
    public async Task CopyFromAsync(GitProgram git, string source, string glob, CancellationToken cancellationToken)
    {
        if (glob.Length == 0 || glob[0] is '/' or ':' || glob.Split('/').Contains("..", StringComparer.Ordinal))
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"'{glob}' does not name files within the working tree.");
        }

        var files = await git.RunAsync(source, ["ls-files", "--others", "-z", "--", $":(glob){glob}"], cancellationToken);
        foreach (var file in files.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            // A directory here is a repository inside the repository; it is not copied.
            var from = new FileInfo(Path.Combine(source, file));
            if (from.Exists && from.LinkTarget is null && PlaceFor(file) is { } target)
            {
                from.CopyTo(target);
            }
        }
    }

    /// <summary>Where a file goes; null when something is there already.</summary>
    private string? PlaceFor(string file)
    {
        var parts = file.Split('/');
        if (file.Contains('\0', StringComparison.Ordinal) || parts.Any(part => part is "" or "." or "..") || parts[0] == ".git")
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"'{file}' is not a file within the worktree.");
        }

        var folder = worktree;
        foreach (var part in parts[..^1])
        {
            folder = Path.Combine(folder, part);
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                throw new JsonRpcException(
                    LinkRefusals.Refused, $"'{file}' would be written through the link {folder}; it was not.");
            }

            Directory.CreateDirectory(folder);
        }

        var target = Path.Combine(folder, parts[^1]);
        return Path.Exists(target) || new FileInfo(target).LinkTarget is not null ? null : target;
    }
}
