namespace Atelier.Git.Worktrees;

/// <summary>A worktree as git lists it.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Branch">Its branch; null when detached, or in a bare repository.</param>
/// <param name="Commit">Its commit; null in a bare repository.</param>
/// <param name="IsMain">Whether it is the repository's own working tree.</param>
/// <param name="IsBare">Whether it stands for a repository without a working tree.</param>
/// <param name="IsMissing">Whether its directory is gone.</param>
public sealed record Worktree(string Path, string? Branch, string? Commit, bool IsMain, bool IsBare, bool IsMissing)
{
    /// <summary>Reads <c>git worktree list --porcelain -z</c>.</summary>
    /// <remarks>
    /// Fields end with a zero byte, worktrees with two; the main one comes first.
    /// <code>
    /// worktree /home/a/project␀HEAD 5d1c…␀branch refs/heads/main␀␀
    /// worktree /home/a/other␀HEAD 0a2b…␀detached␀locked why␀prunable gitdir file points to non-existent location␀␀
    /// worktree /srv/clone.git␀bare␀␀
    /// </code>
    /// </remarks>
    /// <param name="listing">What git printed.</param>
    public static IReadOnlyList<Worktree> ReadList(string listing)
    {
        var worktrees = new List<Worktree>();
        foreach (var record in listing.Split("\0\0", StringSplitOptions.RemoveEmptyEntries))
        {
            var worktree = new Worktree("", null, null, IsMain: worktrees.Count == 0, IsBare: false, IsMissing: false);
            foreach (var field in record.Split('\0'))
            {
                var space = field.IndexOf(' ', StringComparison.Ordinal);
                var (name, value) = space < 0 ? (field, "") : (field[..space], field[(space + 1)..]);
                worktree = name switch
                {
                    "worktree" => worktree with { Path = value },
                    "HEAD" => worktree with { Commit = value },
                    "branch" => worktree with { Branch = WithoutPrefix(value) },
                    "bare" => worktree with { IsBare = true },
                    "prunable" => worktree with { IsMissing = true },
                    _ => worktree,
                };
            }

            worktrees.Add(worktree);
        }

        return worktrees;
    }

    private static string WithoutPrefix(string name) =>
        name.StartsWith("refs/heads/", StringComparison.Ordinal) ? name["refs/heads/".Length..] : name;
}
